// What survives a killed supervisor, and what a keeper never does.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <filesystem>
#include <optional>
#include <random>
#include <thread>
#include <utility>

#include "project.hpp"
#include "runtime/sys/file.hpp"
#include "runtime/sys/socket.hpp"

namespace runtime::keeper {
namespace {

constexpr long kMegabyte = 1024;

ino_t inode_of(int fd) {
  struct stat status {};
  ::fstat(fd, &status);
  return status.st_ino;
}

TEST(Keeper, GivesTheSameDescriptorsToEverySupervisorAfterAKill) {
  Project project;
  const Launched launched = project.launch();
  Supervisor supervisor = project.accept();
  EXPECT_EQ(wait_ready(launched), Readiness::ready);
  EXPECT_TRUE(supervisor.fds().empty());
  const sys::Pipe fifo = sys::pipe();
  const sys::Pipe other = sys::pipe();
  supervisor.order("store web-1.out", fifo.read.get());
  supervisor.order("store web-1.err", other.read.get());
  supervisor.order("drop web-1.err");
  const std::map<std::string, ino_t> kept{{"web-1.out", inode_of(fifo.read.get())}};
  for (int round = 0; round < 4; ++round) {
    supervisor.kill();
    supervisor = project.accept();
    EXPECT_EQ(supervisor.fds(), kept);
  }
}

TEST(Keeper, HoldsFromTheBeginningWhatADeadOneHasHeld) {
  Project project;
  const sys::Pipe pipe = sys::pipe();
  const sys::unique_fd high(::fcntl(pipe.write.get(), F_DUPFD_CLOEXEC, 100));
  const sys::unique_fd low(::dup3(pipe.read.get(), 0, O_CLOEXEC));
  project.launch({{"web-1.out", low.get()}, {"netns", high.get()}});
  Supervisor supervisor = project.accept();
  const std::map<std::string, ino_t> kept{{"netns", inode_of(high.get())},
                                          {"web-1.out", inode_of(low.get())}};
  EXPECT_EQ(supervisor.fds(), kept);
  supervisor.kill();
  supervisor = project.accept();
  EXPECT_EQ(supervisor.fds(), kept);
  supervisor.order("drop netns");
  supervisor.kill();
  EXPECT_EQ(project.accept().fds().size(), 1U);
}

/// proc_pid_stat(5): the state, after a name of the keeper's without parentheses in it.
bool is_waiting(pid_t process) {
  const std::string stat = sys::read_file("/proc/" + std::to_string(process) + "/stat");
  return stat.at(stat.find(") ") + 2) == 'S';
}

TEST(Keeper, TellsTheEndsItHasSeenEvenAfterItsOwn) {
  Project project;
  project.launch();
  Supervisor supervisor = project.accept();
  const Supervisor::Child child = supervisor.spawn();
  ::kill(supervisor.pid(), SIGSTOP);
  end_with(child, 7);
  ASSERT_TRUE(ends(child.pid));
  // Reaped, and the keeper waits again: the record has been sent.
  while (::kill(child.pid, 0) == 0) ::sched_yield();
  while (!is_waiting(project.keeper())) ::sched_yield();
  ::kill(project.keeper(), SIGKILL);
  ASSERT_TRUE(ends(project.keeper()));
  const sys::Pipe pipe = sys::pipe();
  ::kill(supervisor.pid(), SIGCONT);
  supervisor.order("store web-1.out", pipe.read.get());
  EXPECT_EQ(supervisor.next_exit().code, 7);
}

TEST(Keeper, ReplacesADescriptorOfTheSameName) {
  Project project;
  project.launch();
  Supervisor supervisor = project.accept();
  const sys::Pipe first = sys::pipe();
  const sys::Pipe second = sys::pipe();
  supervisor.order("store netns", first.read.get());
  // The keeper takes requests in its own time; it has taken them all when the next supervisor hears from it.
  supervisor.kill();
  supervisor = project.accept();
  const std::size_t open = project.open_descriptors();
  supervisor.order("store netns", second.read.get());
  supervisor.kill();
  supervisor = project.accept();
  EXPECT_EQ(supervisor.fds().at("netns"), inode_of(second.read.get()));
  EXPECT_EQ(project.open_descriptors(), open);
}

TEST(Keeper, TellsTheExitOfAContainerAtOnce) {
  Project project;
  project.launch();
  Supervisor supervisor = project.accept();
  const Supervisor::Child child = supervisor.spawn();
  end_with(child, 7);
  const Ended ended = supervisor.next_exit();
  EXPECT_EQ(ended.pid, child.pid);
  EXPECT_EQ(ended.code, 7);
  EXPECT_EQ(ended.inode, child.inode);
}

TEST(Keeper, RepeatsExitsToEverySupervisorUntilOneAcknowledgesThem) {
  Project project;
  project.launch();
  Supervisor supervisor = project.accept();
  const Supervisor::Child early = supervisor.spawn();
  const Supervisor::Child late = supervisor.spawn();
  end_with(early, 3);
  EXPECT_EQ(supervisor.next_exit().code, 3);
  supervisor.kill();
  end_with(late, 4);
  ASSERT_TRUE(ends(late.pid));
  supervisor = project.accept();
  std::vector<Ended> exits = supervisor.exits();
  // The second one may have ended after the greeting.
  if (exits.size() == 1) exits.push_back(supervisor.next_exit());
  ASSERT_EQ(exits.size(), 2U);
  EXPECT_EQ(exits[0].code, 3);
  EXPECT_EQ(exits[1].code, 4);
  EXPECT_LT(exits[0].sequence, exits[1].sequence);

  supervisor.order("acknowledge " + std::to_string(exits[1].sequence));
  supervisor.kill();
  supervisor = project.accept();
  ASSERT_EQ(supervisor.exits().size(), 1U);
  EXPECT_EQ(supervisor.exits()[0].code, 3);
}

TEST(Keeper, LosesNoExitOverManyKills) {
  Project project;
  project.launch();
  constexpr int kRounds = 4;
  constexpr int kChildren = 20;
  std::map<pid_t, int> expected;
  std::map<pid_t, int> seen;
  for (int round = 0; round < kRounds; ++round) {
    Supervisor supervisor = project.accept();
    for (const Ended& ended : supervisor.exits()) seen[ended.pid] = ended.code;
    std::vector<Supervisor::Child> children;
    for (int i = 0; i < kChildren; ++i) children.push_back(supervisor.spawn());
    for (int i = 0; i < kChildren; ++i) {
      const auto code = static_cast<unsigned char>(round * kChildren + i);
      expected[children[i].pid] = code;
      if (i == kChildren / 2) supervisor.kill();
      end_with(children[i], code);
    }
    for (const Supervisor::Child& child : children) ASSERT_TRUE(ends(child.pid));
  }
  Supervisor last = project.accept();
  for (const Ended& ended : last.exits()) seen[ended.pid] = ended.code;
  while (seen.size() < expected.size()) {
    const Ended ended = last.next_exit();
    seen[ended.pid] = ended.code;
  }
  EXPECT_EQ(seen, expected);
}

TEST(Keeper, LeavesChildrenZombiesWhenItsTableIsFullAndLosesNone) {
  Project project;
  project.launch();
  Supervisor supervisor = project.accept();
  constexpr std::uint64_t kMore = 5;
  std::uint64_t last = 0;
  for (std::uint64_t i = 0; i < kMaxExitRecords; ++i) {
    const Supervisor::Child child = supervisor.spawn();
    end_with(child, 0);
    last = supervisor.next_exit().sequence;
  }
  EXPECT_EQ(last, kMaxExitRecords);
  std::vector<Supervisor::Child> more;
  for (std::uint64_t i = 0; i < kMore; ++i) {
    more.push_back(supervisor.spawn());
    end_with(more.back(), 9);
    ASSERT_TRUE(ends(more.back().pid));
  }
  for (std::uint64_t i = 1; i <= kMore; ++i) supervisor.order("acknowledge " + std::to_string(i));
  for (std::uint64_t i = 1; i <= kMore; ++i) EXPECT_EQ(supervisor.next_exit().code, 9);
  EXPECT_LT(project.kilobytes("Rss"), kMegabyte);
}

TEST(Keeper, RefusesDescriptorsWhenItsTableIsFullAndGrowsNoMore) {
  Project project;
  project.launch();
  Supervisor supervisor = project.accept();
  const sys::Pipe pipe = sys::pipe();
  const long before = project.kilobytes("Rss");
  supervisor.order("fill " + std::to_string(kMaxDescriptors + 10), pipe.read.get());
  const std::string refusal = supervisor.next_refusal();
  EXPECT_THAT(refusal, testing::AnyOf(testing::HasSubstr(" " + std::to_string(ENOSPC) + " "),
                                      testing::HasSubstr(" " + std::to_string(EMFILE) + " ")));
  EXPECT_LT(project.kilobytes("Rss"), kMegabyte);
  EXPECT_LE(project.kilobytes("Rss"), before + 64);
  supervisor.kill();
  supervisor = project.accept();
  EXPECT_LT(supervisor.fds().size(), project.open_descriptors());
  EXPECT_GT(supervisor.fds().size(), 200U);
}

TEST(Keeper, IsOnlyOnePerProject) {
  Project project;
  const Launched first = project.launch();
  const Supervisor supervisor = project.accept();
  EXPECT_EQ(wait_ready(first), Readiness::ready);
  const Launched second = project.launch();
  EXPECT_EQ(wait_ready(second), Readiness::locked);
  EXPECT_EQ(::waitpid(second.pid, nullptr, 0), second.pid);
}

TEST(Keeper, IsNotKeptOutByThoseWhoOnlyAsk) {
  Project project;
  const std::jthread asker([&](const std::stop_token& stop) {
    while (!stop.stop_requested()) (void)has_keeper(project.directory());
  });
  for (int round = 0; round < 20; ++round) {
    const Launched launched = project.launch();
    Supervisor supervisor = project.accept();
    EXPECT_EQ(wait_ready(launched), Readiness::ready);
    supervisor.order("quit");
    supervisor.end("exit 0");
    EXPECT_EQ(::waitpid(launched.pid, nullptr, 0), launched.pid);
  }
}

TEST(Keeper, EndsWithASupervisorThatQuitsAndFreesTheLock) {
  Project project;
  const Launched first = project.launch();
  Supervisor supervisor = project.accept();
  supervisor.order("quit");
  supervisor.end("exit 0");
  int status = -1;
  EXPECT_EQ(::waitpid(first.pid, &status, 0), first.pid);
  EXPECT_EQ(status, 0);
  const Launched second = project.launch();
  supervisor = project.accept();
  EXPECT_EQ(wait_ready(second), Readiness::ready);
  supervisor.order("quit");
  supervisor.end("exit 0");
  EXPECT_EQ(::waitpid(second.pid, &status, 0), second.pid);
}

TEST(Keeper, StartsItsLaunchersOwnProgramWhereNoneIsNamed) {
  Project project;
  const std::string socket = project.directory() + "/test.sock";
  const pid_t command = ::fork();
  if (command == 0) {
    ::execl(STAND_IN, "stand-in", "--launch", project.directory().c_str(), socket.c_str(), nullptr);
    ::_exit(127);
  }
  Supervisor supervisor = project.accept();
  int status = -1;
  EXPECT_EQ(::waitpid(command, &status, 0), command);
  EXPECT_EQ(status, 0);
  const std::string image = "/proc/" + std::to_string(supervisor.pid()) + "/exe";
  EXPECT_EQ(std::filesystem::file_size(image), std::filesystem::file_size(STAND_IN));
  const sys::unique_fd running = sys::open(image, O_RDONLY);
  struct statvfs filesystem {};
  ASSERT_EQ(::fstatvfs(running.get(), &filesystem), 0);
  const int seals = ::fcntl(running.get(), F_GET_SEALS);
  EXPECT_TRUE((filesystem.f_flag & ST_RDONLY) || (seals >= 0 && (seals & F_SEAL_WRITE)));
  supervisor.order("quit");
  supervisor.end("exit 0");
  EXPECT_TRUE(ends(supervisor.pid()));
}

TEST(Keeper, StartsASupervisorAgainThatFailsAfterItsQuit) {
  Project project;
  project.launch();
  Supervisor supervisor = project.accept();
  supervisor.order("quit");
  supervisor.end("exit 1");
  const pid_t former = supervisor.pid();
  supervisor = project.accept();
  EXPECT_NE(supervisor.pid(), former);
}

TEST(Keeper, TellsTheLauncherOfASupervisorThatCannotStart) {
  Project project;
  const sys::unique_fd program = sys::open("/bin/false", O_PATH);
  const Launched launched = launch({.directory = project.directory(),
                                    .supervisor_argv = {"false"},
                                    .environment = {},
                                    .executable = program.get()});
  EXPECT_EQ(wait_ready(launched), Readiness::failed);
  EXPECT_EQ(::waitpid(launched.pid, nullptr, 0), launched.pid);
}

TEST(Keeper, IsNotDisturbedByGarbage) {
  Project project;
  project.launch();
  Supervisor supervisor = project.accept();
  const sys::Pipe pipe = sys::pipe();
  const std::size_t open = project.open_descriptors();
  for (const std::size_t size : {1U, 40U, 135U, 136U, 137U, 5000U}) {
    supervisor.order("datagram " + std::string(size, '\xff'), pipe.read.get());
    EXPECT_THAT(supervisor.next_refusal(), testing::EndsWith(" " + std::to_string(EBADMSG) + " 1"));
  }
  EXPECT_LE(project.open_descriptors(), open);  // the launcher's pipe may be closed meanwhile
  const Supervisor::Child child = supervisor.spawn();
  end_with(child, 5);
  EXPECT_EQ(supervisor.next_exit().code, 5);
}

TEST(Keeper, NeitherEndsNorGrowsUnderRandomRequests) {
  Project project;
  project.launch();
  Supervisor supervisor = project.accept();
  const sys::Pipe pipe = sys::pipe();
  constexpr std::array kKinds{Kind::store,  Kind::drop,   Kind::acknowledge, Kind::ready,   Kind::quit,
                              Kind::stored, Kind::exited, Kind::hello_done,  Kind::refused, Kind{}};
  std::mt19937 random(1);
  for (int i = 0; i < 3000; ++i) {
    Packet packet{.kind = kKinds[random() % kKinds.size()], .sequence = random() % 5};
    const std::size_t length = random() % (kNameSize + 1);
    for (std::size_t c = 0; c < length; ++c) packet.name[c] = static_cast<char>('a' + random() % 2);
    supervisor.order("datagram " + std::string(reinterpret_cast<const char*>(&packet), sizeof packet),
                     random() % 2 ? pipe.read.get() : -1);
  }
  EXPECT_LT(project.kilobytes("Rss"), kMegabyte);
  const Supervisor::Child child = supervisor.spawn();
  end_with(child, 6);
  EXPECT_EQ(supervisor.next_exit().code, 6);
  const std::size_t open = project.open_descriptors();
  supervisor.kill();
  supervisor = project.accept();
  EXPECT_LE(supervisor.fds().size(), open);
  EXPECT_EQ(supervisor.exits().size(), 1U);
}

TEST(Keeper, EndsWithASupervisorThatHasRemovedTheLock) {
  Project project;
  project.launch();
  Supervisor supervisor = project.accept();
  ASSERT_TRUE(std::filesystem::remove(project.directory() + "/lock"));
  supervisor.kill();
  EXPECT_EQ(::waitpid(project.keeper(), nullptr, 0), project.keeper());
  const Launched next = project.launch_next();
  project.accept();
  EXPECT_EQ(wait_ready(next), Readiness::ready);
}

TEST(KeeperClient, WaitsForAKeeperThatDoesNotKeepUp) {
  auto [ours, theirs] = sys::seqpacket_pair();
  ASSERT_EQ(::fcntl(ours.get(), F_SETFL, O_NONBLOCK), 0);
  std::optional<Client> client(std::move(ours));
  constexpr int kMessages = 5000;  // some hundreds of them find room
  int taken = 0;
  std::thread keeper([&, socket = theirs.get()] {
    while (sys::receive_message(socket)) ++taken;
  });
  for (int i = 0; i < kMessages; ++i) EXPECT_NO_THROW(client->acknowledge(1));
  client.reset();  // ends the conversation
  keeper.join();
  EXPECT_EQ(taken, kMessages);
}

TEST(Keeper, PassesSignalsOnToTheSupervisor) {
  Project project;
  project.launch();
  Supervisor supervisor = project.accept();
  supervisor.order("nothing");
  ::kill(project.keeper(), SIGTERM);
  EXPECT_TRUE(ends(supervisor.pid()));
  EXPECT_NE(project.accept().pid(), supervisor.pid());
}

TEST(Keeper, LeavesTheSupervisorAliveWhenItIsKilledItself) {
  Project project;
  project.launch();
  Supervisor supervisor = project.accept();
  ::kill(project.keeper(), SIGKILL);
  ASSERT_TRUE(ends(project.keeper()));
  const sys::Pipe pipe = sys::pipe();
  supervisor.order("store web-1.out", pipe.read.get());
  supervisor.order("lost?");
  EXPECT_TRUE(supervisor.heard("lost yes"));
  // The lock went with it: the next one may start.
  EXPECT_EQ(::waitpid(project.keeper(), nullptr, 0), project.keeper());
  const Launched next = project.launch_next();
  const Supervisor successor = project.accept();
  EXPECT_EQ(wait_ready(next), Readiness::ready);
}

TEST(Keeper, StaysBelowAMegabyteAndHasItsName) {
  Project project;
  const Launched launched = project.launch();
  project.accept();
  EXPECT_EQ(wait_ready(launched), Readiness::ready);
  RecordProperty("rss_kb", static_cast<int>(project.kilobytes("Rss")));
  EXPECT_LT(project.kilobytes("Rss"), kMegabyte);
  EXPECT_EQ(sys::read_file("/proc/" + std::to_string(project.keeper()) + "/comm"), "mdc-keeper\n");
}

}  // namespace
}  // namespace runtime::keeper
