#pragma once
// Interrupt wires. A device raises a line without knowing what is at its other end.

#include "core/base/types.h"

namespace emboard {

/// The receiving end: an interrupt controller or a CPU.
class IrqSink {
 public:
  virtual ~IrqSink() = default;
  /// `input` is the sink's own numbering (a PLIC source, a RISC-V interrupt cause).
  virtual void SetIrq(unsigned input, bool level) = 0;
};

/// A device's output. Unconnected lines are allowed and do nothing.
class IrqLine {
 public:
  IrqLine() = default;
  IrqLine(IrqSink* sink, unsigned input) : sink_(sink), input_(input) {}
  void Set(bool level) const {
    if (sink_ != nullptr) sink_->SetIrq(input_, level);
  }
  bool connected() const { return sink_ != nullptr; }

 private:
  IrqSink* sink_ = nullptr;
  unsigned input_ = 0;
};

}  // namespace emboard
