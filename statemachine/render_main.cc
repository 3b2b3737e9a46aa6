// Prints statemachine/README.md.

#include <iostream>

#include "statemachine/render.h"

int main() {
  std::cout << videojobs::statemachine::RenderReadme() << std::flush;
  return std::cout.good() ? 0 : 1;
}
