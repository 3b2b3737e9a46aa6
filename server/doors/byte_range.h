#ifndef VIDEOJOBS_SERVER_DOORS_BYTE_RANGE_H_
#define VIDEOJOBS_SERVER_DOORS_BYTE_RANGE_H_

#include <cstdint>

#include "absl/strings/string_view.h"

namespace videojobs {

enum class RangeKind {
  kWhole,          // no range asked for, or one of a form that a server may ignore: several ranges, another unit
  kPart,           // `first` to `last`
  kUnsatisfiable,  // 416
};

struct ByteRange {
  RangeKind kind = RangeKind::kWhole;
  std::int64_t first = 0;
  std::int64_t last = 0;  // included
};

// What a Range header (https://www.rfc-editor.org/rfc/rfc9110#section-14) asks of a file of `size` (> 0) bytes; an
// empty header asks for the whole. Pure.
ByteRange ParseRange(absl::string_view header, std::int64_t size);

}  // namespace videojobs

#endif  // VIDEOJOBS_SERVER_DOORS_BYTE_RANGE_H_
