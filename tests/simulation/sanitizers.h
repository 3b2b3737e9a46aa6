#ifndef VIDEOJOBS_TESTS_SIMULATION_SANITIZERS_H_
#define VIDEOJOBS_TESTS_SIMULATION_SANITIZERS_H_

// Which sanitizer this is compiled with, under gcc and under clang: VIDEOJOBS_ASAN, VIDEOJOBS_TSAN, and their headers.

#if defined(__SANITIZE_ADDRESS__)
#define VIDEOJOBS_ASAN 1
#elif defined(__SANITIZE_THREAD__)
#define VIDEOJOBS_TSAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define VIDEOJOBS_ASAN 1
#elif __has_feature(thread_sanitizer)
#define VIDEOJOBS_TSAN 1
#endif
#endif

#if defined(VIDEOJOBS_ASAN) || defined(VIDEOJOBS_TSAN)
#include <sanitizer/common_interface_defs.h>
#endif
#ifdef VIDEOJOBS_TSAN
#include <sanitizer/tsan_interface.h>
#endif

#endif  // VIDEOJOBS_TESTS_SIMULATION_SANITIZERS_H_
