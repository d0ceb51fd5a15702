// The process that writes a log, as `mdcompose __log` is.
#include "orchestrator/logs/write_log.hpp"

int main(int argc, char* argv[]) { return orchestrator::logs::write_log({argv + 2, argv + argc}); }
