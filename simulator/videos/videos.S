/* The videos that the simulator serves, in read-only memory: nothing is copied, pages that nobody reads cost nothing. */
.macro video name, file
  .global videojobs_\name
  .global videojobs_\name\()_end
  .balign 16
videojobs_\name:
  .incbin "\file"
videojobs_\name\()_end:
.endm

  .section .rodata
  video landscape_720p_4s, "videos/landscape_720p_4s.mp4"
  video landscape_720p_6s, "videos/landscape_720p_6s.mp4"
  video landscape_720p_8s, "videos/landscape_720p_8s.mp4"
  video landscape_1080p_8s, "videos/landscape_1080p_8s.mp4"
  video landscape_4k_8s, "videos/landscape_4k_8s.mp4"
  video portrait_720p_4s, "videos/portrait_720p_4s.mp4"
  video portrait_720p_6s, "videos/portrait_720p_6s.mp4"
  video portrait_720p_8s, "videos/portrait_720p_8s.mp4"
  video portrait_1080p_8s, "videos/portrait_1080p_8s.mp4"
  video portrait_4k_8s, "videos/portrait_4k_8s.mp4"

  .section .note.GNU-stack, "", %progbits
