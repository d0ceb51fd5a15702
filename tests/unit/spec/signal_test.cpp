// Signals as people write them.
#include "runtime/spec/signal.hpp"

#include <gtest/gtest.h>

#include <csignal>
#include <stdexcept>

namespace runtime {
namespace {

TEST(Signal, HasNamesWithAndWithoutPrefix) {
  EXPECT_EQ(signal_number("SIGTERM"), SIGTERM);
  EXPECT_EQ(signal_number("quit"), SIGQUIT);
  EXPECT_EQ(signal_number("SIGIO"), signal_number("POLL"));
}

TEST(Signal, IsANumberToo) {
  EXPECT_EQ(signal_number("9"), SIGKILL);
  EXPECT_EQ(signal_number("64"), SIGRTMAX);
}

TEST(Signal, OfRealTimeCountsFromItsEnd) {
  EXPECT_EQ(signal_number("RTMIN+3"), SIGRTMIN + 3);
  EXPECT_EQ(signal_number("SIGRTMAX-1"), SIGRTMAX - 1);
}

TEST(Signal, UnknownIsNamed) {
  for (const char* text :
       {"SIGNOPE", "", "0", "-9", "65", "99", "9 ", "RTMIN+", "RTMIN-1", "RTMIN+31", "RTMAX+1", "SIG9"})
    EXPECT_THROW(signal_number(text), std::invalid_argument) << text;
}

}  // namespace
}  // namespace runtime
