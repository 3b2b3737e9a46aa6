# Compiles a folder of NNNN_verb_noun.up.sql and .down.sql files into TARGET, so that a program carries its migrations.
# It generates "embedded_migrations.h" with
#   struct EmbeddedMigration { int number; std::string_view name, up, down; };
#   constexpr std::array kEmbeddedMigrations = {...};   // by number
# in namespace videojobs, for the target's own files. Not inline: a program that carries two folders would have two
# definitions of one variable, and run one database's files on the other.
function(videojobs_embed_migrations target folder)
  file(GLOB ups CONFIGURE_DEPENDS ${folder}/*.up.sql)
  list(SORT ups)
  set(rows "")
  foreach(up IN LISTS ups)
    string(REPLACE ".up.sql" ".down.sql" down ${up})
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${up} ${down})
    get_filename_component(name ${up} NAME)
    string(REPLACE ".up.sql" "" name ${name})
    string(REGEX MATCH "^[0-9]+" digits ${name})
    math(EXPR number "1${digits} - 10000")
    file(READ ${up} up_text)
    file(READ ${down} down_text)
    string(APPEND rows "    EmbeddedMigration{${number}, \"${name}\", R\"~sql~(${up_text})~sql~\", R\"~sql~(${down_text})~sql~\"},\n")
  endforeach()
  file(CONFIGURE OUTPUT ${CMAKE_CURRENT_BINARY_DIR}/embedded/embedded_migrations.h @ONLY CONTENT
"// Generated from the .sql files of migrations/.
#pragma once

#include <array>
#include <string_view>

namespace videojobs {

struct EmbeddedMigration {
  int number;
  std::string_view name;
  std::string_view up;
  std::string_view down;
};

constexpr std::array kEmbeddedMigrations = {
@rows@};

}  // namespace videojobs
")
  target_include_directories(${target} PRIVATE ${CMAKE_CURRENT_BINARY_DIR}/embedded)
endfunction()
