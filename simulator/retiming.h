// Gives an embedded MP4 another length and another size on the screen, so that not every combination need be embedded.
#pragma once

#include <string>
#include <string_view>

namespace videojobs::simulator {

// The first boxes of `video`, up to the end of its index, changed so that it lasts `seconds` and is shown at 1/`shrink`
// of its width and height. Of our own files only: the index is in front, all boxes are of version 0, movie times count
// milliseconds (videos/make). Boxes: ISO/IEC 14496-12, 8.2.2, 8.3.2, 8.4.2 and 8.6.6.
std::string Retimed(std::string_view video, int seconds, int shrink);

}  // namespace videojobs::simulator
