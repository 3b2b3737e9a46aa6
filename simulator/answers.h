// What the simulated Google answers when it does not answer what was asked for: its error envelope, with the messages
// and details that were recorded from the real one.
// Envelope: https://cloud.google.com/apis/design/errors#http_mapping
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "httplib.h"
#include "simulator/faults.h"

namespace videojobs::simulator {

struct Answer {
  int http_status = 200;
  std::string body;
  std::string content_type = "application/json; charset=UTF-8";
  std::string retry_after{};  // The header; empty: none.
};

void Send(const Answer& answer, httplib::Response& response);

Answer JsonAnswer(const nlohmann::json& body, int http_status = 200);

// {"error":{"code","message","status","details"}}; `details` is left out when null.
Answer ErrorAnswer(int http_status, std::string_view status, std::string_view message,
                   const nlohmann::json& details = nullptr);

Answer InvalidArgument(std::string_view message);
Answer KeyMissing();
Answer KeyInvalid();
Answer Forbidden();
// As nobody should: with the caller's key or token in it.
Answer ForbiddenRepeating(std::string_view credential);
// 401 of the APIs that ask for an access token: none, one that was never given out, one whose time is over.
Answer TokenMissing();
Answer TokenInvalid();
Answer TokenExpired();
Answer ModelUnknown(std::string_view model, std::string_view method = "predictLongRunning");
Answer ModelGone(std::string_view model);
Answer OperationUnknown();
Answer FileForbidden(std::string_view file);

// The answer of a fault that is nothing but an answer: of the moments kKey, kModel, kRefusal, kPoll, and of kAnswer
// where one is sent.
Answer AnswerOf(const Fault& fault, std::string_view model);

}  // namespace videojobs::simulator
