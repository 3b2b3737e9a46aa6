# How every target of ours is compiled, and the three kinds of target: a room's library, a program, a test.

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/bin)
set(THREADS_PREFER_PTHREAD_FLAG ON)

find_program(CCACHE ccache)
if(CCACHE)
  # What ccache wants to be told before it keeps objects that were made with a precompiled header.
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros ${CCACHE})
endif()

if(VIDEOJOBS_SANITIZE)
  add_compile_options(-fsanitize=${VIDEOJOBS_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${VIDEOJOBS_SANITIZE})
endif()

# The proofs of the state machines take more steps than clang allows when nothing is said.
if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  add_compile_options(-fconstexpr-steps=100000000)
endif()

find_package(Threads REQUIRED)
find_package(absl CONFIG REQUIRED)
find_package(PkgConfig REQUIRED)

# What pkg-config says to the users of some libraries, said to all: a precompiled header wants them alike.
add_compile_options(-pthread)

# Generated code is compiled without these.
add_library(videojobs_warnings INTERFACE)
target_compile_options(videojobs_warnings INTERFACE -Wall -Wextra -Wpedantic -Werror)

# Where CMAKE_UNITY_BUILD is on, several sources of a target are compiled as one, three times as fast: reading headers
# and expanding their templates is most of the work. g++ then takes a source's own classes for those of a header.
if(CMAKE_UNITY_BUILD AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  target_compile_options(videojobs_warnings INTERFACE -Wno-subobject-linkage)
endif()

# One library per room. Includes are written from the top of the tree: #include "adapters/clock.h".
#   videojobs_library(NAME SOURCES a.cc b.cc [PUBLIC targets] [PRIVATE targets])
# PUBLIC is for our own rooms and for the vocabulary types of Abseil in headers; third parties go to PRIVATE.
function(videojobs_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;PUBLIC;PRIVATE" ${ARGN})
  add_library(${name} STATIC ${ARG_SOURCES})
  target_include_directories(${name} PUBLIC ${PROJECT_SOURCE_DIR})
  target_link_libraries(${name} PUBLIC ${ARG_PUBLIC} PRIVATE videojobs_warnings ${ARG_PRIVATE})
endfunction()

#   videojobs_program(NAME SOURCES main.cc LIBRARIES targets)
function(videojobs_program name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LIBRARIES" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR})
  target_link_libraries(${name} PRIVATE videojobs_warnings ${ARG_LIBRARIES})
endfunction()

# Precompiles tests/support/precompiled.h, once, and hands it to this test. To g++ only: for clang, which measures and
# fuzzes, the same sources must name what they include.
function(videojobs_precompile_test_headers name)
  if(NOT CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    return()
  endif()
  if(NOT TARGET videojobs_test_headers)
    file(CONFIGURE OUTPUT ${PROJECT_BINARY_DIR}/test_headers.cc CONTENT "") # written only where it is not yet
    add_library(videojobs_test_headers OBJECT ${PROJECT_BINARY_DIR}/test_headers.cc)
    target_link_libraries(videojobs_test_headers PRIVATE videojobs_warnings absl::statusor absl::str_format absl::time GTest::gmock)
    target_compile_options(videojobs_test_headers PRIVATE -O0)
    target_precompile_headers(videojobs_test_headers PRIVATE ${PROJECT_SOURCE_DIR}/tests/support/precompiled.h)
  endif()
  target_precompile_headers(${name} REUSE_FROM videojobs_test_headers)
endfunction()

# One test program per subject, run whole by CTest.
#   videojobs_test(NAME SOURCES a_test.cc LIBRARIES targets [LABELS postgres ...] [TIMEOUT seconds])
function(videojobs_test name)
  cmake_parse_arguments(ARG "" "TIMEOUT" "SOURCES;LIBRARIES;LABELS;ENVIRONMENT" ${ARGN})
  find_package(GTest CONFIG REQUIRED)
  add_executable(${name} ${ARG_SOURCES})
  videojobs_precompile_test_headers(${name})
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/tests)
  target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR})
  target_link_libraries(${name} PRIVATE videojobs_warnings ${ARG_LIBRARIES} GTest::gmock GTest::gtest_main)
  # What is tested is built as it is shipped; the tests' own sources are most of what there is to compile.
  target_compile_options(${name} PRIVATE -O0)
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 300)
  endif()
  add_test(NAME ${name} COMMAND ${name})
  set_tests_properties(${name} PROPERTIES LABELS "${ARG_LABELS}" TIMEOUT ${ARG_TIMEOUT} ENVIRONMENT "${ARG_ENVIRONMENT}")
endfunction()
