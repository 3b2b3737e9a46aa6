#ifndef VIDEOJOBS_ADAPTERS_SYSTEM_PROCESS_H_
#define VIDEOJOBS_ADAPTERS_SYSTEM_PROCESS_H_

#include <map>
#include <string>

namespace videojobs {

// This process's environment.
std::map<std::string, std::string> Environment();

// From now on no crash of this process leaves its memory behind, with every key and token in it: neither as a core file
// nor through a pipe that the kernel gives cores to; and no other process of the same user reads its memory or its
// environment. To be called before anything secret is read. Idempotent.
void KeepMemoryToOurselves();

}  // namespace videojobs

#endif  // VIDEOJOBS_ADAPTERS_SYSTEM_PROCESS_H_
