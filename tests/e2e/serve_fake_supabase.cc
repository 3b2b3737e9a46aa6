// Supabase Storage for tests that are not written in C++: prints its URL and the service's key, then makes a bucket for
// each line "public NAME LIMIT" or "private NAME LIMIT" of standard input, until that ends; a limit of 0 is none.

#include <cstdint>
#include <iostream>
#include <string>

#include "tests/support/fake_supabase.h"

int main() {
  videojobs::FakeSupabase supabase;
  std::cout << supabase.url() << " " << videojobs::FakeSupabase::kServiceKey << std::endl;
  std::int64_t limit = 0;
  for (std::string kind, name; std::cin >> kind >> name >> limit;) {
    videojobs::FakeSupabase::Bucket bucket;
    bucket.is_public = kind == "public";
    if (limit > 0) bucket.largest_object = limit;
    supabase.SetBucket(name, bucket);
    std::cout << "there is " << name << std::endl;
  }
  return 0;
}
