// diff_gen: writes images of random programs. tests/diff/run is the tool for people; this one is its
// generator.
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

#include "tests/diff/generate.h"
#include "tests/diff/harness.h"

namespace emboard::diff {
namespace {

struct Options {
  u64 seed = 1, first = 0, count = 1, xlen = 64;
  long long limit = -1;
  bool verbose = false, prefixes = false, names = false, describe = false;
  std::string output, code_output;
};

constexpr char kHelp[] =
    "diff_gen --xlen 64|32 --seed N --first N --count N -o IMAGE   an image of COUNT programs\n"
    "  --verbose      print every word of each program's final state\n"
    "  --prefixes     instead of program FIRST, its prefixes of 0, 1, 2 … instructions\n"
    "  --limit N      only the program's first N instructions\n"
    "  --names        list what the words of --verbose are\n"
    "  --describe     list the program's setting and its instructions' addresses\n"
    "  --code FILE    write the program's bytes\n";

bool Parse(int argc, char** argv, Options& o) {
  const auto number = [](const char* text) { return std::strtoull(text, nullptr, 0); };
  for (int i = 1; i < argc; i++) {
    const std::string arg = argv[i];
    if (arg == "--verbose") {
      o.verbose = true;
    } else if (arg == "--prefixes") {
      o.prefixes = true;
    } else if (arg == "--names") {
      o.names = true;
    } else if (arg == "--describe") {
      o.describe = true;
    } else if (i + 1 == argc) {
      return false;
    } else if (arg == "--xlen") {
      o.xlen = number(argv[++i]);
    } else if (arg == "--seed") {
      o.seed = number(argv[++i]);
    } else if (arg == "--first") {
      o.first = number(argv[++i]);
    } else if (arg == "--count") {
      o.count = number(argv[++i]);
    } else if (arg == "--limit") {
      o.limit = static_cast<long long>(number(argv[++i]));
    } else if (arg == "--code") {
      o.code_output = argv[++i];
    } else if (arg == "-o") {
      o.output = argv[++i];
    } else {
      return false;
    }
  }
  return o.xlen == 32 || o.xlen == 64;
}

bool WriteFile(const std::string& path, const std::vector<u8>& bytes) {
  std::FILE* file = std::fopen(path.c_str(), "wb");
  if (file == nullptr) return false;
  const bool ok = std::fwrite(bytes.data(), 1, bytes.size(), file) == bytes.size();
  return std::fclose(file) == 0 && ok;
}

std::vector<Program> MakePrograms(const Options& o) {
  std::vector<Program> programs;
  const unsigned xlen = static_cast<unsigned>(o.xlen);
  const Program whole = Generate(o.seed, o.first, xlen);
  if (o.prefixes) {
    for (size_t n = 0; n < whole.boundaries.size(); n++) {
      programs.push_back(whole);
      programs.back().Truncate(n);
      programs.back().number = n;
    }
    return programs;
  }
  for (u64 n = 0; n < o.count; n++) programs.push_back(Generate(o.seed, o.first + n, xlen));
  if (o.limit >= 0 && static_cast<size_t>(o.limit) < whole.boundaries.size())
    for (Program& p : programs) p.Truncate(static_cast<size_t>(o.limit));
  return programs;
}

void Describe(const Program& p) {
  std::printf("setting %s\n", p.summary.c_str());
  std::printf("code_va %llx\n", static_cast<unsigned long long>(p.code_va));
  for (u64 offset : p.boundaries)
    std::printf("at %llx\n", static_cast<unsigned long long>(p.code_va + offset));
}

int Main(int argc, char** argv) {
  Options o;
  if (!Parse(argc, argv, o)) {
    std::fputs(kHelp, stderr);
    return 2;
  }
  const std::vector<Program> programs = MakePrograms(o);
  const unsigned xlen = static_cast<unsigned>(o.xlen);
  if (o.describe) Describe(programs.back());
  if (o.names)
    for (const std::string& name : WordNames(programs.back(), xlen)) std::puts(name.c_str());
  if (!o.code_output.empty() && !WriteFile(o.code_output, programs.back().code)) return 1;
  if (!o.output.empty() && !WriteFile(o.output, BuildImage(programs, xlen, o.verbose))) {
    std::fprintf(stderr, "diff_gen: cannot write %s\n", o.output.c_str());
    return 1;
  }
  return 0;
}

}  // namespace
}  // namespace emboard::diff

int main(int argc, char** argv) { return emboard::diff::Main(argc, argv); }
