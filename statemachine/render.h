#ifndef VIDEOJOBS_STATEMACHINE_RENDER_H_
#define VIDEOJOBS_STATEMACHINE_RENDER_H_

#include <string>

namespace videojobs::statemachine {

// The whole of statemachine/README.md: both tables as Mermaid diagrams and as Markdown tables, one per state. Made from
// kJobTable and kClipTable alone, so that the page cannot say anything the program does not do. Pure and thread-safe.
// The diagrams' syntax: https://mermaid.js.org/syntax/stateDiagram.html
std::string RenderReadme();

}  // namespace videojobs::statemachine

#endif  // VIDEOJOBS_STATEMACHINE_RENDER_H_
