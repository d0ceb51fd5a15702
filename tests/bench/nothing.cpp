// A program that does nothing: what is measured around it is the runtime.
int main() { return 0; }
