// Directories that are there completely or not at all.
#include "orchestrator/storage/in_place.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <thread>

#include "directory.hpp"
#include "runtime/sys/file.hpp"

namespace orchestrator::storage {
namespace {

namespace sys = runtime::sys;

struct InPlace : testing::Test {
  TemporaryDirectory directory{};
  std::string path = directory / "roots/one";
};

TEST_F(InPlace, HasItsNameOnlyWhenItIsComplete) {
  make_in_place(path, [&](const std::string& half_made) {
    EXPECT_FALSE(sys::exists(path));
    sys::replace_file(half_made + "/file", "content");
  });
  EXPECT_EQ(sys::read_file(path + "/file"), "content");
}

TEST_F(InPlace, LeavesNothingOfAFailure) {
  EXPECT_THROW(make_in_place(path,
                             [](const std::string& half_made) {
                               sys::replace_file(half_made + "/file", "content");
                               throw std::runtime_error("no");
                             }),
               std::runtime_error);
  EXPECT_EQ(sys::list_directory(directory / "roots"), std::vector<std::string>{"one.lock"});
}

TEST_F(InPlace, BeginsAfreshBehindOneThatWasKilled) {
  directory.write("roots/one.new/file", "half");
  make_in_place(path, [](const std::string& half_made) {
    EXPECT_TRUE(std::filesystem::is_empty(half_made));
    sys::replace_file(half_made + "/other", "whole");
  });
  EXPECT_FALSE(sys::exists(path + "/file"));
}

TEST_F(InPlace, IsMadeOnceHoweverManyAsk) {
  std::atomic<int> made = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i)
    threads.emplace_back([&] { make_in_place(path, [&](const auto&) { ++made; }); });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(made, 1);
}

}  // namespace
}  // namespace orchestrator::storage
