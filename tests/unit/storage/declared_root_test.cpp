// A declared root filesystem is found again by what is declared.
#include "orchestrator/storage/declared_root.hpp"

#include <gtest/gtest.h>

namespace orchestrator::storage {
namespace {

const Declaration kDeclaration{
    .distribution = "bookworm", .packages = {"curl", "nginx-light"}, .steps = {"echo a", "echo b"}};

std::string path_of(const Declaration& declaration) { return find_declared_root(declaration, "/data").path; }

TEST(DeclaredRoot, IsKeptBelowTheDataDirectory) {
  EXPECT_EQ(path_of(kDeclaration).substr(0, 12), "/data/roots/");
  EXPECT_FALSE(is_ready(find_declared_root(kDeclaration, "/data")));
}

TEST(DeclaredRoot, OrderOfPackagesDoesNotMatterOrderOfStepsDoes) {
  Declaration other = kDeclaration;
  std::swap(other.packages[0], other.packages[1]);
  EXPECT_EQ(path_of(other), path_of(kDeclaration));
  std::swap(other.steps[0], other.steps[1]);
  EXPECT_NE(path_of(other), path_of(kDeclaration));
}

TEST(DeclaredRoot, EveryPartCounts) {
  for (const Declaration& other :
       {Declaration{"trixie", "", kDeclaration.packages, kDeclaration.steps},
        Declaration{"bookworm", "http://mirror.example", kDeclaration.packages, kDeclaration.steps},
        Declaration{"bookworm", "", {"curl"}, kDeclaration.steps},
        Declaration{"bookworm", "", kDeclaration.packages, {}}})
    EXPECT_NE(path_of(other), path_of(kDeclaration));
}

}  // namespace
}  // namespace orchestrator::storage
