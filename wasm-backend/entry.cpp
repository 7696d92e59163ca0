// The flat C ABI of the module; emboard-api.mjs is its only user and gives it types and names.
//
// A handle is a pointer to an Instance; the module keeps no list of them, so any number of machines live side
// by side. Counts and times are doubles: JavaScript numbers, exact to 2^53; kNever is infinity. Functions
// that can fail return 0 or a pointer on success, -1 or null otherwise, with the reason in emboard_error().

#include <emscripten.h>

#include <limits>

#include "boards/boards.h"
#include "core/device/clock.h"
#include "wasm-backend/board_json.h"
#include "wasm-backend/session.h"

namespace emboard {
namespace {

struct Instance {
  Session session;
  RunResult last_run;
  std::string error;
  std::string text;        // what the last function that returns text returned
  std::vector<u8> buffer;  // how bytes pass in both directions
};

int Report(Instance* instance, Result<void> result) {
  if (result.ok()) return 0;
  instance->error = result.error().message;
  return -1;
}

const char* Keep(Instance* instance, std::string text) {
  instance->text = std::move(text);
  return instance->text.c_str();
}

double ToNumber(u64 value) {
  return value == kNever ? std::numeric_limits<double>::infinity() : static_cast<double>(value);
}

}  // namespace
}  // namespace emboard

using emboard::Instance;

extern "C" {

/// JSON array of boards.
EMSCRIPTEN_KEEPALIVE const char* emboard_boards(Instance* instance) {
  return Keep(instance, emboard::BoardsAsJson(emboard::AllBoards()));
}

EMSCRIPTEN_KEEPALIVE Instance* emboard_new() { return new Instance; }
EMSCRIPTEN_KEEPALIVE void emboard_delete(Instance* instance) { delete instance; }
EMSCRIPTEN_KEEPALIVE const char* emboard_error(Instance* instance) { return instance->error.c_str(); }

/// The transfer buffer, `size` bytes of it; valid until the next call on this instance.
EMSCRIPTEN_KEEPALIVE emboard::u8* emboard_buffer(Instance* instance, size_t size) {
  instance->buffer.resize(size);
  return instance->buffer.data();
}
EMSCRIPTEN_KEEPALIVE emboard::u8* emboard_buffer_data(Instance* instance) { return instance->buffer.data(); }
EMSCRIPTEN_KEEPALIVE size_t emboard_buffer_size(Instance* instance) { return instance->buffer.size(); }
EMSCRIPTEN_KEEPALIVE void emboard_buffer_free(Instance* instance) {
  std::vector<emboard::u8>().swap(instance->buffer);
}

EMSCRIPTEN_KEEPALIVE int emboard_set(Instance* instance, const char* key, const char* value) {
  return Report(instance, instance->session.Set(key, value));
}

/// Returns where to put the file's bytes.
EMSCRIPTEN_KEEPALIVE emboard::u8* emboard_add_file(Instance* instance, const char* role, const char* name,
                                                   size_t size) {
  auto place = instance->session.AddFile(role, name, size);
  if (place.ok()) return place.value();
  instance->error = place.error().message;
  return nullptr;
}

EMSCRIPTEN_KEEPALIVE int emboard_create(Instance* instance) {
  return Report(instance, instance->session.Create());
}

// What follows needs a created machine.

/// Returns the RunState.
EMSCRIPTEN_KEEPALIVE int emboard_run(Instance* instance, double max_instructions) {
  instance->last_run = instance->session.machine()->Run(static_cast<emboard::u64>(max_instructions));
  return static_cast<int>(instance->last_run.state);
}
EMSCRIPTEN_KEEPALIVE double emboard_idle_until_ns(Instance* instance) {
  return emboard::ToNumber(instance->last_run.idle_until_ns);
}
EMSCRIPTEN_KEEPALIVE int emboard_exit_status(Instance* instance) { return instance->last_run.exit_status; }
EMSCRIPTEN_KEEPALIVE const char* emboard_reason(Instance* instance) {
  return instance->last_run.reason.c_str();
}

EMSCRIPTEN_KEEPALIVE void emboard_reset(Instance* instance) { instance->session.machine()->Reset(); }
EMSCRIPTEN_KEEPALIVE void emboard_pause(Instance* instance) { instance->session.machine()->Pause(); }
EMSCRIPTEN_KEEPALIVE void emboard_resume(Instance* instance) { instance->session.machine()->Resume(); }
EMSCRIPTEN_KEEPALIVE double emboard_instructions(Instance* instance) {
  return emboard::ToNumber(instance->session.machine()->instructions());
}
EMSCRIPTEN_KEEPALIVE double emboard_now_ns(Instance* instance) {
  return emboard::ToNumber(instance->session.machine()->now_ns());
}
EMSCRIPTEN_KEEPALIVE const char* emboard_statistics(Instance* instance) {
  return Keep(instance, instance->session.machine()->Statistics());
}
EMSCRIPTEN_KEEPALIVE const char* emboard_dump_cpus(Instance* instance) {
  return Keep(instance, instance->session.machine()->DumpCpus());
}
EMSCRIPTEN_KEEPALIVE const char* emboard_take_log(Instance* instance) {
  return Keep(instance, instance->session.log().Take());
}

/// Types the first `size` bytes of the transfer buffer on the console.
EMSCRIPTEN_KEEPALIVE void emboard_console_write(Instance* instance, size_t size) {
  instance->session.console().from_page().Push({instance->buffer.data(), size});
}
/// Moves what the console has printed to the transfer buffer; returns how many bytes.
EMSCRIPTEN_KEEPALIVE size_t emboard_console_read(Instance* instance) {
  emboard::ByteQueue& printed = instance->session.console().to_page();
  instance->buffer.resize(printed.size());
  return printed.Pop(instance->buffer);
}

/// Leaves the snapshot in the transfer buffer.
EMSCRIPTEN_KEEPALIVE int emboard_save_snapshot(Instance* instance) {
  auto snapshot = instance->session.machine()->SaveSnapshot();
  if (snapshot.ok()) {
    instance->buffer = std::move(snapshot).value();
    return 0;
  }
  instance->error = snapshot.error().message;
  return -1;
}
/// Loads the transfer buffer.
EMSCRIPTEN_KEEPALIVE int emboard_load_snapshot(Instance* instance) {
  return Report(instance, instance->session.machine()->LoadSnapshot(instance->buffer));
}

}  // extern "C"
