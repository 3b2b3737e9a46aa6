#include <fstream>
#include <sstream>
#include <string>

#include "gtest/gtest.h"
#include "statemachine/render.h"

namespace videojobs {
namespace {

TEST(StateMachineReadmeAsCommitted, ComparedWithTheTables_IsTheSame) {
  std::ifstream file(VIDEOJOBS_SOURCE_DIR "/statemachine/README.md");
  std::ostringstream committed;
  committed << file.rdbuf();
  EXPECT_EQ(committed.str(), statemachine::RenderReadme())
      << "After a change of a table: build/dev/bin/render-statemachine > statemachine/README.md";
}

TEST(StateMachineReadmeDiagrams, Arrows_CarryEventsAndGuards) {
  const std::string text = statemachine::RenderReadme();
  EXPECT_NE(text.find("\n    [*] --> pending: created\n"), std::string::npos);
  EXPECT_NE(text.find("\n    pending --> processing: start_accepted<br>operation_found\n"), std::string::npos);
  EXPECT_NE(text.find("\n    starting --> refused: start_refused [not lane_wide, not earlier_in_doubt]\n"), std::string::npos);
}

}  // namespace
}  // namespace videojobs
