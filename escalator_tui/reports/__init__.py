"""Reports: what the program tells in files and on stdout: scores, backtests, briefs, exports."""
