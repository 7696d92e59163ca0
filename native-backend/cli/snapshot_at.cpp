#include "native-backend/cli/snapshot_at.h"

#include <algorithm>
#include <cstdio>

namespace emboard {

u64 SnapshotPlan::Limit(u64 slice, u64 executed) const {
  if (!plan_ || executed >= plan_->instructions) return slice;
  return std::min(slice, plan_->instructions - executed);
}

Result<bool> SnapshotPlan::Check(Session& session) {
  if (!plan_ || session.machine().instructions() < plan_->instructions) return false;
  const SnapshotAt plan = *std::exchange(plan_, std::nullopt);
  TRY(session.SaveSnapshot(plan.file));
  std::fprintf(stderr, "emboard: snapshot '%s' saved after %llu instructions\n", plan.file.c_str(),
               static_cast<unsigned long long>(session.machine().instructions()));
  return plan.quit;
}

}  // namespace emboard
