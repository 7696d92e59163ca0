#include <charconv>
#include <map>
#include <optional>

#include "core/ir/helper.h"
#include "core/ir/text.h"
#include "core/ir/verifier.h"

namespace emboard::ir {
namespace {

std::string_view Trim(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

/// Cuts `text` at the first `separator`; what follows stays in `text`.
std::string_view Cut(std::string_view& text, char separator) {
  const auto at = text.find(separator);
  const std::string_view head = text.substr(0, at);
  text = at == std::string_view::npos ? std::string_view{} : text.substr(at + 1);
  return head;
}

template <class T>
std::optional<T> ParseNumber(std::string_view text) {
  const bool hex = text.starts_with("0x");
  if (hex) text.remove_prefix(2);
  T value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, hex ? 16 : 10);
  if (error != std::errc{} || end != text.data() + text.size() || text.empty()) return std::nullopt;
  return value;
}

std::optional<Opcode> FindOpcode(std::string_view name) {
  for (size_t i = 0; i < kOpcodeCount; ++i)
    if (kOpcodes[i].name == name) return static_cast<Opcode>(i);
  return std::nullopt;
}

class Parser {
 public:
  explicit Parser(std::span<const Helper* const> helpers) : helpers_(helpers) {}

  Result<void> Line(std::string_view line) {
    line = Trim(line.substr(0, line.find(';')));
    if (line.empty()) return {};
    std::string_view defined;
    if (const auto equals = line.find('='); equals != std::string_view::npos) {
      defined = Trim(line.substr(0, equals));
      line = Trim(line.substr(equals + 1));
    }
    const std::string_view name = Cut(line, ' ');
    const auto op = FindOpcode(name);
    if (!op) return Error{"no operation '" + std::string(name) + "'"};
    Inst inst{*op, {}};
    TRY(Operands(line, inst));
    if ((Info(*op).result != Type::Void) != !defined.empty()) return Error{"result given or missing"};
    if (!defined.empty()) values_[std::string(defined)] = static_cast<ValueId>(block_.insts.size());
    block_.insts.push_back(inst);
    return {};
  }

  Block Take() { return std::move(block_); }

 private:
  Result<void> Operands(std::string_view text, Inst& inst) {
    const OpcodeInfo& info = Info(inst.op);
    for (size_t k = 0; k < info.operand_count; ++k) {
      const std::string_view word = Trim(Cut(text, ','));
      const auto raw = Operand(info.operands[k], word);
      if (!raw) return Error{"bad operand '" + std::string(word) + "'"};
      inst.arg[k] = *raw;
    }
    if (!Trim(text).empty()) return Error{"too many operands"};
    return {};
  }

  std::optional<u64> Operand(OperandKind kind, std::string_view word) {
    switch (kind) {
      case OperandKind::Slot:
        return word.starts_with('@') ? ParseNumber<u16>(word.substr(1)) : std::nullopt;
      case OperandKind::Rm:
        return word.starts_with("rm") ? ParseNumber<u8>(word.substr(2)) : std::nullopt;
      case OperandKind::Imm:
      case OperandKind::Pc:
        return ParseNumber<u64>(word);
      case OperandKind::Disp:
        if (const auto value = ParseNumber<i32>(word)) return static_cast<u64>(static_cast<i64>(*value));
        return std::nullopt;
      case OperandKind::Fn:
        return FindHelper(word);
      default:
        if (const auto it = values_.find(word); it != values_.end()) return it->second;
        return std::nullopt;
    }
  }

  std::optional<u64> FindHelper(std::string_view name) const {
    for (const Helper* helper : helpers_)
      if (helper->name == name) return reinterpret_cast<uintptr_t>(helper);
    return std::nullopt;
  }

  std::span<const Helper* const> helpers_;
  std::map<std::string, ValueId, std::less<>> values_;
  Block block_;
};

}  // namespace

Result<Block> Parse(std::string_view text, std::span<const Helper* const> helpers) {
  Parser parser(helpers);
  for (size_t number = 1; !text.empty(); ++number) {
    const auto result = parser.Line(Cut(text, '\n'));
    if (!result) return Error{"line " + std::to_string(number) + ": " + result.error().message};
  }
  Block block = parser.Take();
  if (auto broken = Verify(block)) return Error{*broken};
  return block;
}

}  // namespace emboard::ir
