// What an id carries, there and back.
#include "simulator/operation_id.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace videojobs::simulator {
namespace {

using testing::MatchesRegex;

Operation Sample() {
  Operation operation;
  operation.started = absl::FromUnixMillis(1'790'000'000'123);
  operation.latency = absl::Hours(24 * 24);
  operation.model = 1;
  operation.shape = Shape::kPortrait;
  operation.resolution = Resolution::k4k;
  operation.duration_seconds = 8;
  operation.outcome = Outcome::kError;
  operation.error_code = 999;
  operation.padded_mib = 4095;
  operation.nonce = (uint64_t{1} << 50) - 1;
  return operation;
}

void ExpectSame(const std::optional<Operation>& decoded, const Operation& operation) {
  ASSERT_TRUE(decoded.has_value());
  EXPECT_EQ(decoded->started, operation.started);
  EXPECT_EQ(decoded->latency, operation.latency);
  EXPECT_EQ(decoded->model, operation.model);
  EXPECT_EQ(decoded->shape, operation.shape);
  EXPECT_EQ(decoded->resolution, operation.resolution);
  EXPECT_EQ(decoded->duration_seconds, operation.duration_seconds);
  EXPECT_EQ(decoded->outcome, operation.outcome);
  EXPECT_EQ(decoded->error_code, operation.error_code);
  EXPECT_EQ(decoded->padded_mib, operation.padded_mib);
  EXPECT_EQ(decoded->nonce, operation.nonce);
}

TEST(OperationId, LargestAndSmallestFields_ComeBack) {
  ExpectSame(DecodeOperationId(OperationId(Sample())), Sample());
  ExpectSame(DecodeFileId(FileId(Sample())), Sample());
  ExpectSame(DecodeOperationName(OperationName(Sample())), Sample());
  Operation smallest;
  smallest.started = absl::UnixEpoch();
  ExpectSame(DecodeOperationId(OperationId(smallest)), smallest);
}

TEST(OperationId, Text_IsWhatGooglesSdkTakesWhole) {
  EXPECT_THAT(OperationId(Sample()), MatchesRegex("[a-z0-9]+"));
  EXPECT_THAT(FileId(Sample()), MatchesRegex("[a-z0-9]+"));
}

TEST(OperationId, OtherNonce_IsAnotherId) {
  Operation other = Sample();
  other.nonce ^= 1;
  EXPECT_NE(OperationId(Sample()), OperationId(other));
}

TEST(OperationId, AnyChangedCharacter_IsUnknown) {
  const std::string id = OperationId(Sample());
  for (size_t i = 0; i < id.size(); ++i) {
    std::string changed = id;
    changed[i] = changed[i] == 'x' ? 'y' : 'x';
    EXPECT_FALSE(DecodeOperationId(changed).has_value()) << changed;
  }
}

TEST(OperationId, OtherText_IsUnknown) {
  const std::string id = OperationId(Sample());
  for (const std::string& text : {std::string(), std::string("v"), id + "0", id.substr(0, id.size() - 1),
                                  FileId(Sample()), std::string("v-__-"), std::string(1000, 'v')}) {
    EXPECT_FALSE(DecodeOperationId(text).has_value()) << text;
  }
  EXPECT_FALSE(DecodeOperationName("operations/" + id).has_value());
  EXPECT_FALSE(DecodeOperationName("models/veo-3.1-generate-preview/operations/" + id).has_value())
      << "the model is another";
}

TEST(Operation, OnlyAFinishedVideoIsBilled) {
  Operation operation = Sample();
  operation.outcome = Outcome::kVideo;
  EXPECT_TRUE(operation.IsBilled());
  EXPECT_EQ(operation.MicroDollars(), 8 * 300'000);
  for (const Outcome free : {Outcome::kFiltered, Outcome::kError, Outcome::kEmpty, Outcome::kEmptySamples}) {
    operation.outcome = free;
    EXPECT_FALSE(operation.IsBilled());
  }
  operation.outcome = Outcome::kStuck;
  EXPECT_EQ(operation.DoneAt(), absl::InfiniteFuture());
}

}  // namespace
}  // namespace videojobs::simulator
