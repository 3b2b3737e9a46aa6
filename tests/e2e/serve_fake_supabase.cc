// Supabase Storage for tests that are not written in C++: prints its URL and the service's key, then makes a bucket for
// each line "public NAME" or "private NAME" of standard input, until that ends.

#include <iostream>
#include <string>

#include "tests/support/fake_supabase.h"

int main() {
  videojobs::FakeSupabase supabase;
  std::cout << supabase.url() << " " << videojobs::FakeSupabase::kServiceKey << std::endl;
  for (std::string kind, name; std::cin >> kind >> name;) {
    videojobs::FakeSupabase::Bucket bucket;
    bucket.is_public = kind == "public";
    supabase.SetBucket(name, bucket);
    std::cout << "there is " << name << std::endl;
  }
  return 0;
}
