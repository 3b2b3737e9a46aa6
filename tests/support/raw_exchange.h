#ifndef VIDEOJOBS_TESTS_SUPPORT_RAW_EXCHANGE_H_
#define VIDEOJOBS_TESTS_SUPPORT_RAW_EXCHANGE_H_

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdint>
#include <string>

#include "gtest/gtest.h"

namespace videojobs {

// Sends these very bytes to a server on this machine, and gives what comes back until it closes the connection or says
// nothing for ten seconds: for requests that no well-behaved client makes.
inline std::string RawExchange(int port, const std::string& bytes) {
  const int connection = socket(AF_INET, SOCK_STREAM, 0);
  const timeval patience{10, 0};
  setsockopt(connection, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  EXPECT_EQ(connect(connection, reinterpret_cast<const sockaddr*>(&address), sizeof(address)), 0);
  EXPECT_EQ(send(connection, bytes.data(), bytes.size(), MSG_NOSIGNAL), static_cast<ssize_t>(bytes.size()));
  std::string answer;
  char piece[1024];
  for (ssize_t count; (count = recv(connection, piece, sizeof(piece), 0)) > 0;) {
    answer.append(piece, static_cast<std::size_t>(count));
  }
  close(connection);
  return answer;
}

}  // namespace videojobs

#endif  // VIDEOJOBS_TESTS_SUPPORT_RAW_EXCHANGE_H_
