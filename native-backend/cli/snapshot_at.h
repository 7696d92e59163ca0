#pragma once
// `-snapshot-at`: how far to run, and what to do there.

#include "native-backend/cli/session.h"

namespace emboard {

class SnapshotPlan {
 public:
  explicit SnapshotPlan(const Options& options) : plan_(options.snapshot_at) {}

  /// Cuts a slice short so that it ends where the snapshot is due.
  u64 Limit(u64 slice, u64 executed) const;
  /// Saves when it is due; true when the run ends with that.
  Result<bool> Check(Session& session);

 private:
  std::optional<SnapshotAt> plan_;
};

}  // namespace emboard
