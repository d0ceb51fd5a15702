#include "orchestrator/storage/digest.hpp"

#include <fcntl.h>
#include <nettle/sha2.h>
#include <unistd.h>

#include <array>
#include <cstdint>
#include <vector>

#include "runtime/sys/error.hpp"
#include "runtime/sys/file.hpp"

namespace orchestrator::storage {
namespace {

namespace sys = runtime::sys;

class Sha256 {
 public:
  Sha256() { sha256_init(&state_); }
  void add(std::string_view bytes) {
    sha256_update(&state_, bytes.size(), reinterpret_cast<const std::uint8_t*>(bytes.data()));
  }
  std::string hex() {
    std::array<std::uint8_t, SHA256_DIGEST_SIZE> digest{};
    sha256_digest(&state_, digest.size(), digest.data());
    std::string text;
    for (const std::uint8_t byte : digest) {
      text += "0123456789abcdef"[byte >> 4];
      text += "0123456789abcdef"[byte & 15];
    }
    return text;
  }

 private:
  sha256_ctx state_{};
};

}  // namespace

std::string digest_of(std::string_view text) {
  Sha256 hash;
  hash.add(text);
  return hash.hex();
}

std::string digest_of_file(const std::string& path) {
  constexpr std::size_t kPiece = 1 << 18;
  const sys::unique_fd file = sys::open(path, O_RDONLY);
  std::vector<char> buffer(kPiece);
  Sha256 hash;
  for (;;) {
    const ssize_t size = sys::retry([&] { return ::read(file.get(), buffer.data(), buffer.size()); });
    if (size < 0) sys::throw_errno("read " + path);
    if (size == 0) return hash.hex();
    hash.add({buffer.data(), static_cast<std::size_t>(size)});
  }
}

}  // namespace orchestrator::storage
