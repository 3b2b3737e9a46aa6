#include "server/doors/byte_range.h"

#include <string>

#include "gtest/gtest.h"

namespace videojobs {
namespace {

struct Case {
  std::string header;
  RangeKind kind;
  std::int64_t first = 0;
  std::int64_t last = 0;
};

class ParseRangeOf1000Bytes : public testing::TestWithParam<Case> {};

TEST_P(ParseRangeOf1000Bytes, Header_GivesItsRange) {
  const ByteRange range = ParseRange(GetParam().header, 1000);
  EXPECT_EQ(range.kind, GetParam().kind) << GetParam().header;
  EXPECT_EQ(range.first, GetParam().first) << GetParam().header;
  EXPECT_EQ(range.last, GetParam().last) << GetParam().header;
}

INSTANTIATE_TEST_SUITE_P(
    Headers, ParseRangeOf1000Bytes,
    testing::Values(Case{"", RangeKind::kWhole}, Case{"bytes=0-0", RangeKind::kPart, 0, 0},
                    Case{"bytes=0-999", RangeKind::kPart, 0, 999}, Case{"bytes=10-", RangeKind::kPart, 10, 999},
                    Case{"bytes=10-5000", RangeKind::kPart, 10, 999}, Case{"bytes=-1", RangeKind::kPart, 999, 999},
                    Case{"bytes=-5000", RangeKind::kPart, 0, 999},
                    Case{"bytes=10-99999999999999999999", RangeKind::kPart, 10, 999},
                    Case{"bytes=1000-", RangeKind::kUnsatisfiable}, Case{"bytes=-0", RangeKind::kUnsatisfiable},
                    Case{"bytes=99999999999999999999-", RangeKind::kUnsatisfiable},
                    Case{"bytes=5-4", RangeKind::kWhole}, Case{"bytes=-", RangeKind::kWhole},
                    Case{"bytes=a-b", RangeKind::kWhole}, Case{"bytes=0-1,5-6", RangeKind::kWhole},
                    Case{"items=0-1", RangeKind::kWhole}, Case{"bytes=--1", RangeKind::kWhole},
                    Case{"bytes=+1-2", RangeKind::kWhole}));

}  // namespace
}  // namespace videojobs
