// An answer's Location: a secret never follows it to clear text, and nothing leads into this machine.

#include <string>

#include "adapters/http/redirect.h"
#include "adapters/http/url.h"
#include "tests/fuzz/fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace videojobs;
  http::Response response;
  response.status = 302;
  response.headers = {{"Location", std::string(fuzz::AsText(data, size))}};
  const http::Url there = http::ParseUrl("https://example.com/a/b?c=d").value();
  const auto next = http::NextHop("GET", there, response);
  if (next.ok()) {
    FUZZ_EXPECT(next->has_value());
    FUZZ_EXPECT((*next)->scheme == "https" && !http::IsLoopback(**next));
    FUZZ_EXPECT(http::ParseUrl(http::ToString(**next)).ok());
  }
  const auto from_here = http::NextHop("GET", http::ParseUrl("http://127.0.0.1:8080/").value(), response);
  FUZZ_EXPECT(!from_here.ok() || (*from_here)->scheme == "https" || http::IsLoopback(**from_here));
  FUZZ_EXPECT(!http::NextHop("POST", there, response)->has_value());
  return 0;
}
