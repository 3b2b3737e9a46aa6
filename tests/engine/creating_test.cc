// What CreateJobs accepts and refuses, with which code, reason and field.
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "adapters/refusal.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "server/engine/creating_checks.h"
#include "tests/support/engine_house.h"

namespace videojobs {
namespace {

using ::testing::HasSubstr;

AskedVideo Asked(std::string text = "Yes.") {
  AskedVideo video;
  video.response_text = std::move(text);
  return video;
}

std::string FieldOf(const absl::Status& status) {
  const Refusal refusal = RefusalOf(status);
  return refusal.violations.empty() ? "" : refusal.violations.front().field;
}

struct BadRequest {
  std::string name;
  CreateRequest request;
  std::string field;
  std::string words;
};

std::vector<BadRequest> BadRequests() {
  AskedVideo many_scenes = Asked(), negative_scenes = Asked(), two_scenes = Asked(), empty_scene = Asked();
  many_scenes.options.max_scenes = 3;
  negative_scenes.options.max_scenes = -1;
  two_scenes.scenes = {{"one", 6}, {"two", 6}};
  empty_scene.scenes = {{"", 6}};
  AskedVideo blank_scene = Asked(), blank_answer = Asked("\u3000\n");
  blank_scene.scenes = {{" \t\u0085\u1680\u2000\u2005\u200a\u2028\u2029\u202f\u205f\v\ufeff", 6}};
  blank_answer.escalation_id = "e1";
  AskedVideo long_name = Asked(), long_ratio = Asked(), broken_resolution = Asked(), regenerate = Asked();
  long_name.context.student_name = std::string(201, 'x');
  long_ratio.options.aspect_ratio = std::string(21, '1');
  broken_resolution.options.resolution = std::string("72\0p", 4);
  regenerate.escalation_id = "e1";
  regenerate.regenerate = true;
  AskedVideo nameless_start = Asked(), long_start = Asked(), broken_start = Asked(), many_starts = Asked();
  nameless_start.accepted_starts = {"start-1", ""};
  long_start.accepted_starts = {std::string(129, 's')};
  broken_start.accepted_starts = {std::string("a\0b", 3)};
  many_starts.accepted_starts = std::vector<std::string>(101, "s");
  return {
      {"nameless start", {{nameless_start}, "r"}, "videos[0].accept_possible_second_charge[1]", "no start's id"},
      {"long start", {{long_start}, "r"}, "videos[0].accept_possible_second_charge[0]", "no start's id"},
      {"NUL in start", {{broken_start}, "r"}, "videos[0].accept_possible_second_charge[0]", "no start's id"},
      {"many starts", {{many_starts}, "r"}, "videos[0].accept_possible_second_charge", "has 101 entries"},
      {"no video", {{}, "r"}, "videos", "has 0 entries; send 1 to 1000"},
      {"1001 videos", {std::vector<AskedVideo>(1001, Asked()), "r"}, "videos", "has 1001 entries"},
      {"no text", {{Asked("")}, "r"}, "videos[0].response_text", "is empty"},
      {"long text", {{Asked(std::string(20'001, 'x'))}, "r"}, "videos[0].response_text", "has 20001 characters"},
      {"not UTF-8", {{Asked("a\xff")}, "r"}, "videos[0].response_text", "not valid UTF-8"},
      {"overlong UTF-8", {{Asked("\xc0\xaf")}, "r"}, "videos[0].response_text", "not valid UTF-8"},
      {"surrogate", {{Asked("\xed\xa0\x80")}, "r"}, "videos[0].response_text", "not valid UTF-8"},
      {"NUL", {{Asked(std::string("a\0b", 3))}, "r"}, "videos[0].response_text", "NUL"},
      {"second video", {{Asked(), Asked("\xff")}, "r"}, "videos[1].response_text", "not valid UTF-8"},
      {"no request_id", {{Asked()}, ""}, "request_id", "is required"},
      {"regenerate without request_id", {{regenerate}, ""}, "request_id", "is required"},
      {"long request_id", {{Asked()}, std::string(129, 'r')}, "request_id", "128"},
      {"DEL in request_id", {{Asked()}, "a\x7f"}, "request_id", "printable"},
      {"request_id not ASCII", {{Asked()}, "\u00e9"}, "request_id", "printable"},
      {"negative max_scenes", {{negative_scenes}, "r"}, "videos[0].options.max_scenes", "is negative"},
      {"space in request_id", {{Asked()}, "a b"}, "request_id", "printable"},
      {"max_scenes", {{many_scenes}, "r"}, "videos[0].options.max_scenes", "only 1"},
      {"two scenes", {{two_scenes}, "r"}, "videos[0].scenes", "only 1"},
      {"empty scene", {{empty_scene}, "r"}, "videos[0].scenes[0].prompt", "is empty"},
      {"blank scene", {{blank_scene}, "r"}, "videos[0].scenes[0].prompt", "is only white space"},
      {"blank text", {{Asked("\u00a0\t\r\f\n")}, "r"}, "videos[0].response_text", "is only white space"},
      {"blank text in a row's place", {{blank_answer}, "r"}, "videos[0].response_text", "is only white space"},
      {"long aspect ratio", {{long_ratio}, "r"}, "videos[0].options.aspect_ratio", "has 21 characters"},
      {"NUL in resolution", {{broken_resolution}, "r"}, "videos[0].options.resolution", "NUL"},
      {"long name", {{long_name}, "r"}, "videos[0].context.student_name", "201"},
  };
}

TEST(Create, BadRequest_NamesTheFieldAndWhatIsRight) {
  EngineHouse house;
  for (const BadRequest& bad : BadRequests()) {
    const auto created = house.creating->Create(bad.request);
    ASSERT_FALSE(created.ok()) << bad.name;
    EXPECT_EQ(created.status().code(), absl::StatusCode::kInvalidArgument) << bad.name;
    EXPECT_EQ(RefusalOf(created.status()).reason, "INVALID_REQUEST") << bad.name;
    EXPECT_EQ(FieldOf(created.status()), bad.field) << bad.name;
    EXPECT_THAT(std::string(created.status().message()), HasSubstr(bad.words)) << bad.name;
  }
  EXPECT_EQ(house.store->work().CountDue().value(), 0) << "nothing is half done";
}

TEST(Create, GeneratorRefusesOptions_NamesTheVideosField) {
  EngineHouse house;
  house.generator.SetViolations({{"options.duration_seconds", "is 5; it must be 4, 6 or 8"}});
  const auto created = house.creating->Create({{Asked()}, "r"});
  EXPECT_EQ(created.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(FieldOf(created.status()), "videos[0].options.duration_seconds");
}

TEST(Create, ThousandVideos_AreAllThere_InOrder) {
  EngineHouse house;
  std::vector<AskedVideo> videos;
  for (int i = 0; i < 1000; ++i) {
    videos.push_back(Asked());
    videos.back().escalation_id = absl::StrCat("e", i);
  }
  const auto created = house.creating->Create({videos, "r"});
  ASSERT_TRUE(created.ok()) << created.status();
  ASSERT_EQ(created->size(), 1000u);
  for (int i = 0; i < 1000; ++i) EXPECT_EQ((*created)[static_cast<std::size_t>(i)].escalation_id, absl::StrCat("e", i));
  EXPECT_EQ(house.store->work().CountDue().value(), 1000);
  EXPECT_EQ(house.wakes, 1);
}

TEST(Create, LongestText_IsTaken_CountedInCharacters) {
  EngineHouse house;
  std::string text = "\u3000";
  for (int i = 1; i < 20'000; ++i) text += "\xf0\x9f\x98\x80";
  EXPECT_TRUE(house.creating->Create({{Asked(text)}, "r"}).ok());
}

TEST(Create, Defaults_AreFilledIn) {
  EngineHouse house;
  AskedVideo large = Asked();
  large.options.resolution = "1080p";
  const auto created = house.creating->Create({{Asked(), large}, "r"});
  ASSERT_TRUE(created.ok()) << created.status();
  const VideoOptions& options = created->at(0).options;
  EXPECT_EQ(options.model, "fake-1.0");
  EXPECT_EQ(options.duration_seconds, 6);
  EXPECT_EQ(options.aspect_ratio, "16:9");
  EXPECT_EQ(options.resolution, "720p");
  EXPECT_EQ(options.max_scenes, 1);
  EXPECT_EQ(created->at(1).options.duration_seconds, 8);
}

TEST(Create, RepeatedRequestId_GivesTheSameJobsInTheirPresentState) {
  EngineHouse house;
  const auto first = house.creating->Create({{Asked()}, "r"});
  ASSERT_TRUE(first.ok());
  house.Sweep();
  const auto again = house.creating->Create({{Asked()}, "r"});
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(again->at(0).id, first->at(0).id);
  EXPECT_EQ(again->at(0).state, JobState::kCompleted);
  EXPECT_EQ(house.generator.paid_starts(), 1);
}

TEST(Create, RepeatedRequestIdWhileSwitchedOff_StillAnswers) {
  EngineHouse house;
  const auto first = house.creating->Create({{Asked()}, "r"});
  house.Restart({.generation_enabled = false});
  const auto again = house.creating->Create({{Asked()}, "r"});
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(again->at(0).id, first->at(0).id);
}

TEST(Create, RequestIdWithAnotherPayload_IsAlreadyExists) {
  EngineHouse house;
  ASSERT_TRUE(house.creating->Create({{Asked()}, "r"}).ok());
  const auto other = house.creating->Create({{Asked("No.")}, "r"});
  EXPECT_EQ(other.status().code(), absl::StatusCode::kAlreadyExists);
  EXPECT_EQ(RefusalOf(other.status()).reason, "REQUEST_ID_REUSED");
  EXPECT_EQ(FieldOf(other.status()), "request_id");
}

TEST(Create, SwitchedOff_IsFailedPrecondition) {
  EngineHouse house({.generation_enabled = false});
  const auto created = house.creating->Create({{Asked()}, "r"});
  EXPECT_EQ(created.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(RefusalOf(created.status()).reason, "GENERATION_DISABLED");
}

TEST(Create, EscalationNamedTwice_IsInvalid) {
  EngineHouse house;
  AskedVideo video = Asked();
  video.escalation_id = "e1";
  const auto created = house.creating->Create({{video, video}, "r"});
  EXPECT_EQ(created.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(RefusalOf(created.status()).reason, "DUPLICATE_ESCALATION");
  EXPECT_EQ(FieldOf(created.status()), "videos[1].escalation_id");
}

TEST(Create, EscalationNamedInUpperCase_IsTheSameEscalation) {
  EngineHouse house;
  AskedVideo video = Asked();
  video.escalation_id = "0A1B2C3D-0000-4000-8000-00000000000F";
  const auto created = house.creating->Create({{video}, ""});
  ASSERT_TRUE(created.ok()) << created.status();
  EXPECT_EQ(created->at(0).escalation_id, "0a1b2c3d-0000-4000-8000-00000000000f");
}

TEST(Create, EscalationWithUnfinishedJob_NamesTheJobInTheWay) {
  EngineHouse house;
  AskedVideo video = Asked();
  video.escalation_id = "e1";
  const auto first = house.creating->Create({{video}, ""});
  ASSERT_TRUE(first.ok()) << first.status();
  const auto second = house.creating->Create({{Asked(), video}, "r2"});
  EXPECT_EQ(second.status().code(), absl::StatusCode::kAlreadyExists);
  const Refusal refusal = RefusalOf(second.status());
  EXPECT_EQ(refusal.reason, "UNFINISHED_JOB");
  EXPECT_EQ(refusal.violations.at(0).field, "videos[1].escalation_id");
  EXPECT_THAT(refusal.metadata, ::testing::Contains(::testing::Pair("job_id", first->at(0).id)));
  EXPECT_EQ(house.store->work().CountDue().value(), 1) << "all or none";
}

TEST(Create, EscalationWithFinishedJob_NeedsRegenerate) {
  EngineHouse house;
  AskedVideo video = Asked();
  video.escalation_id = "e1";
  ASSERT_TRUE(house.creating->Create({{video}, ""}).ok());
  house.Sweep();
  const auto again = house.creating->Create({{video}, ""});
  EXPECT_EQ(RefusalOf(again.status()).reason, "FINISHED_JOB");
  video.regenerate = true;
  EXPECT_TRUE(house.creating->Create({{video}, "r2"}).ok());
}

TEST(Create, RegenerateOverAnUnknownStart_IsRefusedForTheSameTextOnly) {
  EngineHouse house;
  AskedVideo video = Asked();
  video.escalation_id = "e1";
  house.generator.NextStartLosesItsAnswer();
  const auto lost = house.creating->Create({{video}, ""});
  ASSERT_TRUE(lost.ok());
  house.Sweep();
  ASSERT_EQ(house.Read(lost->at(0).id).reason, FailureReason::kStartUnknown);

  video.regenerate = true;
  const auto again = house.creating->Create({{video}, "r2"});
  EXPECT_EQ(again.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(RefusalOf(again.status()).reason, "POSSIBLE_SECOND_CHARGE");
  EXPECT_THAT(RefusalOf(again.status()).metadata, ::testing::Contains(::testing::Pair("job_id", lost->at(0).id)));
  video.response_text = "Another text.";
  EXPECT_TRUE(house.creating->Create({{video}, "r3"}).ok());
}

TEST(Create, EscalationAloneWithoutTheTable_SaysThatTheTextIsNeeded) {
  EngineHouse house;
  AskedVideo video;
  video.escalation_id = "e1";
  const auto created = house.creating->Create({{video}, ""});
  EXPECT_EQ(created.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(RefusalOf(created.status()).reason, "NO_ESCALATIONS");
  EXPECT_EQ(FieldOf(created.status()), "videos[0].response_text");
}

// The real intake over a web app's table that says what a test wants.
class IntakeWithTable : public JobIntake {
 public:
  explicit IntakeWithTable(JobIntake& real) : real_(real) {}

  absl::StatusOr<bool> HasEscalations() override { return has_table; }
  absl::StatusOr<std::vector<Escalation>> ReadEscalations(absl::Span<const std::string>) override { return rows; }
  absl::StatusOr<IntakeResult> FindRequest(const std::string& request_id, const std::string& fingerprint) override {
    return real_.FindRequest(request_id, fingerprint);
  }
  absl::StatusOr<IntakeResult> Create(const NewBatch& batch) override { return real_.Create(batch); }
  absl::StatusOr<std::vector<Escalation>> FindAdoptable(AdoptPolicy policy, int limit) override {
    return real_.FindAdoptable(policy, limit);
  }
  absl::StatusOr<int> Adopt(absl::Span<const NewJob> jobs) override { return real_.Adopt(jobs); }
  absl::StatusOr<std::vector<std::string>> FindAskedAgain(int limit) override { return real_.FindAskedAgain(limit); }
  absl::Status ShowAsTheyAre(absl::Span<const std::string> job_ids) override { return real_.ShowAsTheyAre(job_ids); }
  absl::StatusOr<Upkeep> KeepMirrors() override { return real_.KeepMirrors(); }

  absl::StatusOr<bool> has_table = true;
  absl::StatusOr<std::vector<Escalation>> rows = std::vector<Escalation>();

 private:
  JobIntake& real_;
};

class CreateFromEscalations : public testing::Test {
 protected:
  static Escalation Row(std::string id, std::string response) {
    Escalation row;
    row.id = std::move(id);
    row.response = std::move(response);
    row.context = {"Kim of the row", "category of the row", "course of the row"};
    return row;
  }
  static AskedVideo Named(const std::string& id) {
    AskedVideo video;
    video.escalation_id = id;
    return video;
  }

  EngineHouse house_;
  IntakeWithTable intake_{house_.store->intake()};
  Creating creating_{{.default_model = "fake"}, intake_, house_.generator, house_.ids, [] {}};
};

TEST_F(CreateFromEscalations, TextOfItsOwnBesideOneToBeRead_EachHasItsOwn) {
  intake_.rows = std::vector<Escalation>{Row("e1", "Read from the row.")};
  AskedVideo with_names = Named("e1"), with_text = Named("e2");
  with_names.context.student_name = "Kim of the request";
  with_text.response_text = "Said in the request.";
  const auto created = creating_.Create({{with_names, with_text}, "r"});
  ASSERT_TRUE(created.ok()) << created.status();
  EXPECT_EQ(created->at(0).context.student_name, "Kim of the request");
  EXPECT_EQ(created->at(0).context.category, "category of the row");
  EXPECT_EQ(created->at(1).context.course_name, "");
  const auto claimed_jobs = house_.store->work().Claim(2, "token", absl::Seconds(20));
  ASSERT_TRUE(claimed_jobs.ok());
  std::vector<std::string> texts;  // only whoever works on a job sees its text
  for (const ClaimedJob& claimed : *claimed_jobs) {
    texts.push_back(claimed.job.escalation_id + ": " + claimed.job.response_text);
  }
  EXPECT_THAT(texts, ::testing::UnorderedElementsAre("e1: Read from the row.", "e2: Said in the request."));
}

TEST_F(CreateFromEscalations, ContextInTheRequest_GoesBeforeTheRows) {
  intake_.rows = std::vector<Escalation>{Row("e1", "Read from the row.")};
  AskedVideo video = Named("e1");
  video.context = {"Kim", "Exams", "Physics"};
  const auto created = creating_.Create({{video}, "r"});
  ASSERT_TRUE(created.ok()) << created.status();
  EXPECT_EQ(created->at(0).context.student_name, "Kim");
  EXPECT_EQ(created->at(0).context.category, "Exams");
  EXPECT_EQ(created->at(0).context.course_name, "Physics");
}

TEST_F(CreateFromEscalations, RowTooLong_NamesTheFieldAndNothingIsCreated) {
  intake_.rows = std::vector<Escalation>{Row("e1", std::string(20'001, 'x'))};
  const absl::Status status = creating_.Create({{Named("e1")}, "r"}).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(FieldOf(status), "videos[0].response_text");
  EXPECT_THAT(std::string(status.message()), HasSubstr("as read from the escalation has 20001 characters"));
  EXPECT_EQ(house_.store->work().CountDue().value(), 0);
}

TEST_F(CreateFromEscalations, TableOutOfReach_ItsErrorAndNothingIsCreated) {
  intake_.has_table = absl::UnavailableError("down");
  EXPECT_TRUE(absl::IsUnavailable(creating_.Create({{Named("e1")}, "r"}).status()));
  intake_.has_table = true;
  intake_.rows = absl::UnavailableError("down");
  EXPECT_TRUE(absl::IsUnavailable(creating_.Create({{Named("e1")}, "r"}).status()));
  EXPECT_EQ(house_.store->work().CountDue().value(), 0);
}

TEST(Create, SceneWithItsOwnLength_IsKept) {
  EngineHouse house;
  AskedVideo own = Asked(), none = Asked();
  own.scenes = {{"A leaf.", 8}};
  none.scenes = {{"A leaf.", 0}};
  const auto created = house.creating->Create({{own, none}, "r"});
  ASSERT_TRUE(created.ok()) << created.status();
  house.Sweep();
  std::vector<int> seconds;
  for (const auto& start : house.generator.starts()) seconds.push_back(start.request.scene.duration_seconds);
  EXPECT_THAT(seconds, ::testing::UnorderedElementsAre(8, 6));
}

TEST(Create, EightCallersWithOneRequestId_MakeOneJob) {
  EngineHouse house;
  std::vector<std::string> ids(8);
  std::vector<std::thread> callers;
  for (std::size_t i = 0; i < ids.size(); ++i) {
    callers.emplace_back([&, i] {
      const auto created = house.creating->Create({{Asked()}, "r"});
      ids[i] = created.ok() ? created->at(0).id : created.status().ToString();
    });
  }
  for (std::thread& caller : callers) caller.join();
  for (const std::string& id : ids) EXPECT_EQ(id, ids[0]);
  EXPECT_EQ(house.store->work().CountDue().value(), 1);
}

TEST(Fingerprint, AnyChange_ChangesIt_ButNotTheRequestId) {
  const CreateRequest base{{Asked()}, "r"};
  const std::string fingerprint = Fingerprint(base);
  EXPECT_EQ(Fingerprint({{Asked()}, "other"}), fingerprint);
  std::vector<CreateRequest> others(8, base);
  others[0].videos[0].response_text = "No.";
  others[1].videos[0].options.seed = 0;
  others[2].videos[0].regenerate = true;
  others[3].videos[0].scenes = {{"a", 6}};
  others[4].videos.push_back(Asked());
  others[5].videos[0].context.category = "x";
  others[6].videos[0].options.generate_audio = true;
  others[7].videos[0].options.generate_audio = false;
  std::set<std::string> all = {fingerprint};
  for (const CreateRequest& other : others) EXPECT_TRUE(all.insert(Fingerprint(other)).second);
}

}  // namespace
}  // namespace videojobs
