#ifndef VIDEOJOBS_TESTS_SUPPORT_FAKE_SUPABASE_H_
#define VIDEOJOBS_TESTS_SUPPORT_FAKE_SUPABASE_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace videojobs {

// Supabase Storage on loopback, as far as videos need it: uploads, sizes, public and signed URLs with ranges, row-level
// security, and errors with HTTP 400 and the real code as a string in the body
// (https://github.com/supabase/storage/blob/master/src/http/error-handler.ts). Objects lie in nameless files, so
// that a test can watch its memory. Thread-safe; ends with the object.
class FakeSupabase {
 public:
  static constexpr char kServiceKey[] = "fake-service-role-key";
  // Row-level security lets it see and write nothing.
  static constexpr char kAnonKey[] = "fake-anon-key";

  struct Bucket {
    bool is_public = false;
    std::int64_t largest_object = std::int64_t{1} << 40;
    std::string allowed_mime_type;  // empty: any
  };

  FakeSupabase();
  ~FakeSupabase();

  // What to put into SUPABASE_URL.
  std::string url() const;
  void SetBucket(const std::string& name, const Bucket& bucket);

  // The next request gets this answer, whatever it is, and has no effect. Answers queue up.
  void AnswerNext(int http_status, const std::string& body, const std::string& content_type = "application/json");
  // The next upload is stored, but its answer never arrives.
  void LoseNextAnswer();
  // The next upload breaks off on the server's side, after half of it.
  void BreakNextUpload();
  // Lets signed URLs grow older.
  void AdvanceTime(absl::Duration by);

  std::size_t ObjectCount() const;
  // "POST /storage/v1/object/…" for each request so far, without queries.
  std::vector<std::string> Requests() const;
  // Headers of the latest upload, names as they came.
  std::multimap<std::string, std::string> LastUploadHeaders() const;

  // What a browser gets from a URL of this server: status and body. `range` is a Range header, if not empty.
  struct Page {
    int status = 0;
    std::string body;
  };
  static Page Browse(const std::string& url, const std::string& range = "");

 private:
  class Server;

  const std::unique_ptr<Server> server_;
};

}  // namespace videojobs

#endif  // VIDEOJOBS_TESTS_SUPPORT_FAKE_SUPABASE_H_
