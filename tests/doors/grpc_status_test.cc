#include "server/doors/grpc_status.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "adapters/refusal.h"
#include "gmock/gmock.h"
#include "google/rpc/errors.pb.h"
#include "gtest/gtest.h"

namespace videojobs {
namespace {

using testing::HasSubstr;

struct Details {
  google::rpc::Status status;
  google::rpc::ErrorInfo info;
  google::rpc::BadRequest bad;
};

Details DetailsOf(const grpc::Status& status) {
  Details details;
  EXPECT_TRUE(details.status.ParseFromString(status.error_details()));
  for (const auto& any : details.status.details()) {
    EXPECT_TRUE(any.UnpackTo(&details.info) || any.UnpackTo(&details.bad)) << any.type_url();
  }
  return details;
}

Refusal WithViolations(int count, std::size_t length) {
  Refusal refusal{"INVALID_REQUEST", {}, {}};
  for (int i = 0; i < count; ++i) {
    refusal.violations.push_back({absl::StrCat("videos[", i, "].response_text"), std::string(length, 'x')});
  }
  return refusal;
}

TEST(ToGrpcStatus, Refusal_BecomesErrorInfoAndBadRequest) {
  const auto status = ToGrpcStatus(Refuse(absl::StatusCode::kAlreadyExists, "has a job",
                                          {"UNFINISHED_JOB", {{"videos[3].escalation_id", "why"}}, {{"job_id", "7"}}}));
  EXPECT_EQ(status.error_code(), grpc::StatusCode::ALREADY_EXISTS);
  EXPECT_EQ(status.error_message(), "has a job");
  const Details details = DetailsOf(status);
  EXPECT_EQ(details.status.code(), static_cast<int>(grpc::StatusCode::ALREADY_EXISTS));
  EXPECT_EQ(details.status.message(), "has a job");
  EXPECT_EQ(details.info.reason(), "UNFINISHED_JOB");
  EXPECT_EQ(details.info.domain(), "videojobs");
  EXPECT_EQ(details.info.metadata().at("job_id"), "7");
  ASSERT_EQ(details.bad.field_violations_size(), 1);
  EXPECT_EQ(details.bad.field_violations(0).field(), "videos[3].escalation_id");
  EXPECT_EQ(details.bad.field_violations(0).description(), "why");
}

TEST(ToGrpcStatus, ManyViolations_AreTenAndACount) {
  const auto status = ToGrpcStatus(Refuse(absl::StatusCode::kInvalidArgument, "wrong", WithViolations(1000, 20)));
  EXPECT_EQ(DetailsOf(status).bad.field_violations_size(), 10);
  EXPECT_THAT(status.error_message(), HasSubstr("10 of 1000"));
}

TEST(ToGrpcStatus, AnyLength_FitsFourKibibytesOnTheWire) {
  for (const std::size_t length : {10u, 200u, 500u, 100'000u}) {
    Refusal refusal = WithViolations(1000, length);
    for (int i = 0; i < 20; ++i) refusal.metadata.emplace_back(absl::StrCat("k", i), std::string(length, 'y'));
    const auto status = ToGrpcStatus(Refuse(absl::StatusCode::kInvalidArgument, std::string(length, 'z'), refusal));
    EXPECT_LE(status.error_details().size() * 4 / 3, 4096u) << length;
    EXPECT_EQ(DetailsOf(status).bad.field_violations_size(), 10) << length;
  }
}

}  // namespace
}  // namespace videojobs
