// A gRPC door with rooms in memory behind it, for clients of other makers: says its port on standard output, and ends
// when its standard input does.

#include <iostream>
#include <string>

#include "server/doors/grpc_server.h"
#include "tests/doors/behind_the_doors.h"

int main() {
  videojobs::BehindTheDoors behind;
  videojobs::GrpcSettings settings;
  settings.listen = "127.0.0.1:0";
  const auto server = videojobs::GrpcServer::Start(settings, behind.ports());
  if (!server.ok()) {
    std::cerr << server.status() << "\n";
    return 1;
  }
  std::cout << (*server)->port() << std::endl;
  for (std::string line; std::getline(std::cin, line);) {
  }
  return 0;
}
