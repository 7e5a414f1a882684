"""Archives: what a zip says that it holds, judged before anything of it is unpacked."""
