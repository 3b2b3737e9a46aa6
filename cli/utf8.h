#ifndef VIDEOJOBS_CLI_UTF8_H_
#define VIDEOJOBS_CLI_UTF8_H_

#include <string>

namespace videojobs::cli {

// Whether the text is valid UTF-8: the API takes nothing else, and gRPC would say so in words of its own.
bool IsUtf8(const std::string& text);

}  // namespace videojobs::cli

#endif  // VIDEOJOBS_CLI_UTF8_H_
