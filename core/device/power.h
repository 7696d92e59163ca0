#pragma once
// What a power controller may ask of the machine. Both take effect when the running slice ends.

namespace emboard {

class PowerControl {
 public:
  virtual ~PowerControl() = default;
  /// The machine stops and reports `status` as the guest's exit status.
  virtual void Shutdown(int status) = 0;
  /// As the reset button.
  virtual void Reset() = 0;
};

}  // namespace emboard
