#include "adapters/sha256/sha256.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>

namespace videojobs {
namespace {

// Examples of https://csrc.nist.gov/projects/cryptographic-standards-and-guidelines/example-values
constexpr char kEmpty[] = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
constexpr char kAbc[] = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
constexpr char kMillionA[] = "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0";

TEST(Sha256, Hex_KnownText_IsPublishedHash) {
  EXPECT_EQ(Sha256Hex(""), kEmpty);
  EXPECT_EQ(Sha256Hex("abc"), kAbc);
}

TEST(Sha256, Update_InPieces_SameAsWhole) {
  Sha256 hash;
  for (int i = 0; i < 1000; ++i) hash.Update(std::string(1000, 'a'));
  EXPECT_EQ(hash.FinishHex(), kMillionA);
}

TEST(Sha256, FinishHex_Twice_SecondBeginsAnew) {
  Sha256 hash;
  hash.Update("something else");
  hash.FinishHex();
  hash.Update("abc");
  EXPECT_EQ(hash.FinishHex(), kAbc);
}

TEST(Sha256, Move_MidWay_GoesOn) {
  Sha256 first;
  first.Update("a");
  Sha256 second = std::move(first);
  second.Update("bc");
  EXPECT_EQ(second.FinishHex(), kAbc);
}

}  // namespace
}  // namespace videojobs
