#ifndef VIDEOJOBS_TESTS_SUPPORT_TINY_MP4_H_
#define VIDEOJOBS_TESTS_SUPPORT_TINY_MP4_H_

#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace videojobs {

// An MP4 of a few hundred bytes: `ftyp`, a `moov` that gives `duration` (whole milliseconds) and one empty video track,
// an `mdat` holding `mark`, which makes the bytes unique. Well formed (ISO/IEC 14496-12), nothing to see in it.
std::string TinyMp4(absl::Duration duration, absl::string_view mark);

}  // namespace videojobs

#endif  // VIDEOJOBS_TESTS_SUPPORT_TINY_MP4_H_
