#pragma once
// DeviceOf<D>: everything a register-mapped device needs that can be derived from a table.
//
// A model `class Uart : public DeviceOf<Uart>` declares, in this order:
//   static constexpr std::string_view kTypeName        what its DeviceType is called
//   struct State { … } s;                              all guest-visible state: plain integers and arrays of
//   them static constexpr std::array kRegisters{Register<Uart>{…}, …} static constexpr std::array
//   kExtraState{Extra<State>{"fifo", kField<&State::fifo>}, …}   what no register shows
// and, where it needs them: OnReset() after the table's values are in place; OnLoad(), which refuses a state
// no run can reach and then drives lines and arms timers; SaveMore/LoadMore for state of variable length.
// Read, write, reset, snapshot (by field name) and Dump come from the tables. A State field in neither table
// does not compile, nor one in both, nor registers that overlap (register_table.h).

#include <array>
#include <cstring>
#include <string>
#include <string_view>

#include "core/base/bits.h"
#include "core/base/log.h"
#include "core/base/snapshot.h"
#include "core/device/device_type.h"
#include "core/device/register_table.h"
#include "core/device/register_text.h"

namespace emboard {

template <class D>
class DeviceOf : public Device {
 public:
  explicit DeviceOf(const DeviceContext& context) : name_(context.name), log_(context.log) {}

  std::string_view type_name() const override { return D::kTypeName; }

  void Reset() override {
    static_assert(CheckTables<D>());
    self().s = {};
    for (const auto& reg : D::kRegisters) {
      for (u32 i = 0; i < reg.field.count; i++) StoreElement(reg.field, self().s, i, reg.reset);
    }
    self().OnReset();
  }

  u64 MmioRead(u64 offset, unsigned size_bytes) override {
    Hit hit = Find(offset, size_bytes);
    if (hit.reg == nullptr) {
      Complain("read", offset, size_bytes);
      return 0;
    }
    const auto& reg = *hit.reg;
    if (reg.span_bytes != 0) return (self().*reg.on_read_span)(hit.index, size_bytes);
    u64 value = 0;
    if (reg.on_read != nullptr) {
      value = (self().*reg.on_read)(hit.index);
    } else if (reg.field.at != nullptr) {
      value = LoadElement(reg.field, self().s, hit.index);
    }
    return (value >> hit.shift) & LowMask(size_bytes * 8);
  }

  void MmioWrite(u64 offset, unsigned size_bytes, u64 value) override {
    Hit hit = Find(offset, size_bytes);
    if (hit.reg == nullptr) return Complain("write", offset, size_bytes);
    const auto& reg = *hit.reg;
    if (reg.span_bytes != 0) return (self().*reg.on_write_span)(hit.index, size_bytes, value);
    const u64 touched = LowMask(size_bytes * 8) << hit.shift;
    value = (value << hit.shift) & touched & LowMask(reg.width * 8);
    if (reg.field.at != nullptr) {
      const u64 old = LoadElement(reg.field, self().s, hit.index);
      const u64 stored = reg.writable & touched;
      StoreElement(reg.field, self().s, hit.index,
                   ((old & ~stored) | (value & stored)) & ~(value & reg.write_1_to_clear));
    }
    if (reg.on_write != nullptr) (self().*reg.on_write)(value, hit.index);
  }

  void Save(SnapshotWriter& out) const override {
    ForEachField([&](std::string_view field_name, const auto& field) {
      out.Field(field_name, {field.at(MutableState()), field.bytes()});
    });
    self().SaveMore(out);
  }

  Result<void> Load(SnapshotReader& in) override {
    typename D::State loaded = {};
    Result<void> result;
    ForEachField([&](std::string_view field_name, const auto& field) {
      if (result.ok()) result = in.Field(field_name, {field.at(loaded), field.bytes()});
    });
    if (!result.ok()) return result;
    self().s = loaded;
    result = self().LoadMore(in);
    if (result.ok()) result = self().OnLoad();
    if (!result.ok()) Reset();  // never go on with a state that was refused
    return result;
  }

  std::string Dump() const override {
    std::string text;
    ForEachField([&](std::string_view field_name, const auto& field) {
      DumpField(text, field_name, field.at(MutableState()), field.element_bytes, field.count);
    });
    return text;
  }

 protected:
  // What a model need not define.
  void OnReset() {}
  Result<void> OnLoad() { return {}; }
  void SaveMore(SnapshotWriter&) const {}
  Result<void> LoadMore(SnapshotReader&) { return {}; }

  /// A load error for OnLoad.
  Error BadState(std::string_view what) const {
    return {"the snapshot's " + name_ + " is impossible: " + std::string(what)};
  }
  /// `-d guest_errors`
  void LogGuestError(std::string_view what) const {
    if (log_ != nullptr && log_->wants(LogItem::kGuestErrors))
      log_->Write(name_ + ": " + std::string(what) + "\n");
  }
  const std::string& name() const { return name_; }

 private:
  struct Hit {
    const Register<D>* reg = nullptr;
    u32 index = 0;  // in an array; the offset inside a span
    u32 shift = 0;  // bits between the register's bit 0 and the access's
  };

  D& self() { return static_cast<D&>(*this); }
  const D& self() const { return static_cast<const D&>(*this); }
  // FieldRef hands out bytes to read and to write; reading goes through here from const functions.
  auto& MutableState() const { return const_cast<D&>(self()).s; }

  Hit Find(u64 offset, unsigned size_bytes) {
    for (const auto& reg : D::kRegisters) {
      const u64 inside = offset - reg.offset;
      if (inside >= reg.extent()) continue;
      if (reg.when != nullptr && !(self().*reg.when)()) continue;
      const u32 index = static_cast<u32>(inside) / reg.step();
      const u32 byte = static_cast<u32>(inside) % reg.step();
      if (reg.span_bytes == 0 && byte >= reg.width) continue;  // between two elements
      if ((reg.allowed_sizes() & size_bytes) == 0) return {};
      if (reg.span_bytes != 0) return {&reg, static_cast<u32>(inside), 0};
      // An access may be a part of a register, or wider than one it starts at, but not straddle its end.
      if (byte != 0 && byte + size_bytes > reg.width) return {};
      return {&reg, index, byte * 8};
    }
    return {};
  }

  void Complain(const char* what, u64 offset, unsigned size_bytes) const {
    if (log_ != nullptr && log_->wants(LogItem::kGuestErrors))
      log_->Write(BadAccessText(name_, what, offset, size_bytes));
  }

  template <class Visit>
  static void ForEachField(Visit visit) {
    for (const auto& reg : D::kRegisters) {
      if (reg.field.at != nullptr) visit(reg.name, reg.field);
    }
    for (const auto& extra : D::kExtraState) visit(extra.name, extra.field);
  }

  std::string name_;
  LogSink* log_;
};

}  // namespace emboard
