// What every VideoGenerator keeps to, whatever is behind it. A generator takes part by a GeneratorUnderTest and
//   INSTANTIATE_TEST_SUITE_P(Name, VideoGeneratorContract, testing::Values(factory), GeneratorName);
// in a test program that also compiles video_generator_contract.cc; one that speaks HTTP compiles and instantiates
// HttpGeneratorContract (http_generator_contract.cc) as well.
#ifndef VIDEOJOBS_TESTS_GENERATOR_VIDEO_GENERATOR_CONTRACT_H_
#define VIDEOJOBS_TESTS_GENERATOR_VIDEO_GENERATOR_CONTRACT_H_

#include <functional>
#include <memory>
#include <string>

#include "adapters/job.h"
#include "adapters/video_generator.h"
#include "gtest/gtest.h"

namespace videojobs {

// What a provider may do to one call.
enum class Happening {
  // The start is refused; nothing is created.
  kRefused,
  kQuota,
  kOverloaded,
  kBadKey,
  kBilling,
  kModelGone,
  // The start is accepted, its answer does not arrive.
  kLostAnswer,
  // The start is accepted, and the operation will end so.
  kFiltered,
  kOperationError,
  kNoVideo,
  // The next poll is answered so.
  kPollGone,
  kPollTrouble,
  // The next download is answered so.
  kTruncated,
  kDownloadGone,
  kDownloadTrouble,
  // Known over HTTP only: of the operation that is started next, and of the next download.
  kInlineResult,
  kRedirect,
  kRedirectToOtherHost,
  kGarbageAnswer,
  kInternalError,
  kProxyError,
  kPollGarbage,
};

// A generator and the provider behind it, made anew for each test. Operations run until Finish().
class GeneratorUnderTest {
 public:
  virtual ~GeneratorUnderTest() = default;
  virtual VideoGenerator& generator() = 0;
  // Some that the generator accepts.
  virtual VideoOptions options() = 0;
  // To the next call that it can happen to, once.
  virtual void Arrange(Happening happening) = 0;
  // All operations so far are done.
  virtual void Finish() = 0;
  // Operations that were created, whether or not anybody was told.
  virtual int paid_starts() = 0;
  virtual std::string VideoOf(const std::string& operation_name) = 0;
};

struct GeneratorFactory {
  std::string name;
  std::function<std::unique_ptr<GeneratorUnderTest>()> make;
};

inline std::string GeneratorName(const testing::TestParamInfo<GeneratorFactory>& info) { return info.param.name; }

class GeneratorTest : public testing::TestWithParam<GeneratorFactory> {
 protected:
  VideoGenerator& generator() { return under_test_->generator(); }

  StartOutcome Start();
  // A start that is accepted; its operation's name.
  std::string StartAccepted();
  // One that is done as well.
  std::string StartFinished();
  // One whose start `happening` meets, polled when it is done.
  PollAnswer PollAfter(Happening happening);

  const std::unique_ptr<GeneratorUnderTest> under_test_ = GetParam().make();
};

class VideoGeneratorContract : public GeneratorTest {};
// Of a provider whose videos are files of their own, not parts of its answers.
class FileGeneratorContract : public GeneratorTest {};
class HttpGeneratorContract : public GeneratorTest {};

}  // namespace videojobs

#endif  // VIDEOJOBS_TESTS_GENERATOR_VIDEO_GENERATOR_CONTRACT_H_
