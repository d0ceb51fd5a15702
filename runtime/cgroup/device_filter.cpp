#include "runtime/cgroup/device_filter.hpp"

#include <sys/syscall.h>
#include <unistd.h>

#include <cstdint>
#include <cstring>

#include "runtime/sys/error.hpp"
#include "runtime/sys/unique_fd.hpp"

namespace runtime::cgroup {
namespace {

// Registers: R2 the type, R3 the access, R4 the major, R5 the minor number of struct bpf_cgroup_dev_ctx.
bpf_insn load(std::uint8_t to, std::int16_t offset) {
  return {.code = BPF_LDX | BPF_MEM | BPF_W, .dst_reg = to, .src_reg = BPF_REG_1, .off = offset, .imm = 0};
}
bpf_insn move(std::uint8_t to, std::uint8_t from) {
  return {.code = BPF_ALU64 | BPF_MOV | BPF_X, .dst_reg = to, .src_reg = from, .off = 0, .imm = 0};
}
bpf_insn compute(std::uint8_t operation, std::uint8_t to, std::int32_t value) {
  return {.code = static_cast<std::uint8_t>(BPF_ALU | operation | BPF_K),
          .dst_reg = to,
          .src_reg = 0,
          .off = 0,
          .imm = value};
}
bpf_insn jump(std::uint8_t condition, std::uint8_t on, std::int32_t value) {
  return {.code = static_cast<std::uint8_t>(BPF_JMP | condition | BPF_K),
          .dst_reg = on,
          .src_reg = 0,
          .off = 0,
          .imm = value};
}
bpf_insn leave() { return {.code = BPF_JMP | BPF_EXIT, .dst_reg = 0, .src_reg = 0, .off = 0, .imm = 0}; }

std::int32_t access_bits(const std::string& access) {
  std::int32_t bits = 0;
  for (const char letter : access) {
    if (letter == 'm') bits |= BPF_DEVCG_ACC_MKNOD;
    if (letter == 'r') bits |= BPF_DEVCG_ACC_READ;
    if (letter == 'w') bits |= BPF_DEVCG_ACC_WRITE;
  }
  return bits;
}

/// Falls through to the next rule where this one does not fit.
std::vector<bpf_insn> one_rule(const DeviceRule& rule) {
  constexpr std::int32_t kAll = BPF_DEVCG_ACC_MKNOD | BPF_DEVCG_ACC_READ | BPF_DEVCG_ACC_WRITE;
  std::vector<bpf_insn> code;
  std::vector<std::size_t> misses;
  const auto unless = [&](bpf_insn test) {
    misses.push_back(code.size());
    code.push_back(test);
  };
  if (rule.type != 'a')
    unless(jump(BPF_JNE, BPF_REG_2, rule.type == 'b' ? BPF_DEVCG_DEV_BLOCK : BPF_DEVCG_DEV_CHAR));
  const std::int32_t bits = access_bits(rule.access);
  if (bits != kAll) {
    code.push_back(move(BPF_REG_0, BPF_REG_3));
    // Allowed is what asks for nothing else; denied is what asks for any of it.
    code.push_back(compute(BPF_AND, BPF_REG_0, rule.allow ? kAll & ~bits : bits));
    unless(jump(rule.allow ? BPF_JNE : BPF_JEQ, BPF_REG_0, 0));
  }
  if (rule.major) unless(jump(BPF_JNE, BPF_REG_4, static_cast<std::int32_t>(*rule.major)));
  if (rule.minor) unless(jump(BPF_JNE, BPF_REG_5, static_cast<std::int32_t>(*rule.minor)));
  code.push_back(compute(BPF_MOV, BPF_REG_0, rule.allow ? 1 : 0));
  code.push_back(leave());
  for (const std::size_t miss : misses) code[miss].off = static_cast<std::int16_t>(code.size() - miss - 1);
  return code;
}

long bpf(int command, bpf_attr& attributes) {
  return ::syscall(SYS_bpf, command, &attributes, sizeof attributes);
}

}  // namespace

std::vector<bpf_insn> compile_device_filter(const std::vector<DeviceRule>& rules) {
  // access_type holds the type in its lower and the access in its upper half.
  std::vector<bpf_insn> code{load(BPF_REG_2, 0),
                             move(BPF_REG_3, BPF_REG_2),
                             compute(BPF_AND, BPF_REG_2, 0xffff),
                             compute(BPF_RSH, BPF_REG_3, 16),
                             load(BPF_REG_4, 4),
                             load(BPF_REG_5, 8)};
  for (auto rule = rules.rbegin(); rule != rules.rend(); ++rule) {
    const std::vector<bpf_insn> part = one_rule(*rule);
    code.insert(code.end(), part.begin(), part.end());
    const bool decides_all =
        rule->type == 'a' && !rule->major && !rule->minor && access_bits(rule->access) == 7;
    if (decides_all) return code;
  }
  code.push_back(compute(BPF_MOV, BPF_REG_0, 0));
  code.push_back(leave());
  return code;
}

void attach_device_filter(int cgroup, const std::vector<DeviceRule>& rules) {
  const std::vector<bpf_insn> code = compile_device_filter(rules);
  bpf_attr attributes;
  std::memset(&attributes, 0, sizeof attributes);
  attributes.prog_type = BPF_PROG_TYPE_CGROUP_DEVICE;
  attributes.insns = reinterpret_cast<std::uintptr_t>(code.data());
  attributes.insn_cnt = static_cast<std::uint32_t>(code.size());
  attributes.license = reinterpret_cast<std::uintptr_t>("Apache-2.0");
  const sys::unique_fd program(static_cast<int>(bpf(BPF_PROG_LOAD, attributes)));
  if (!program) sys::throw_errno("load the device filter");
  std::memset(&attributes, 0, sizeof attributes);
  attributes.target_fd = static_cast<std::uint32_t>(cgroup);
  attributes.attach_bpf_fd = static_cast<std::uint32_t>(program.get());
  attributes.attach_type = BPF_CGROUP_DEVICE;
  attributes.attach_flags = BPF_F_ALLOW_MULTI;
  if (bpf(BPF_PROG_ATTACH, attributes) != 0) sys::throw_errno("attach the device filter");
}

std::string v1_device_rule(const DeviceRule& rule) {
  const auto number = [](const std::optional<std::int64_t>& value) {
    return value ? std::to_string(*value) : "*";
  };
  if (rule.type == 'a' && !rule.major && !rule.minor) return "a";
  return std::string(1, rule.type) + " " + number(rule.major) + ":" + number(rule.minor) + " " + rule.access;
}

}  // namespace runtime::cgroup
