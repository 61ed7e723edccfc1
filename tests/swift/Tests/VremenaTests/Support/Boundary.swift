import Testing

/// Everything that crosses the boundary. One test at a time: some of them measure the process that all of them share.
@Suite(.serialized)
enum Boundary {}
