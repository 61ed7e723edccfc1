import Foundation

/// What the operating system says of this process.
struct ProcessState: CustomStringConvertible {
    let residentKilobytes: Int
    /// How many there are of each: threads by their names, handles by the files or the kinds of things they lead to.
    private let counts: [String: Int]

    static func now() throws -> ProcessState {
        let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
        let resident = try status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") }.orThrow("VmRSS")
        let names = try threadNames().map { "thread " + $0 } + openFiles(in: "").map(withoutNumber)
        return ProcessState(
            residentKilobytes: try Int(resident.filter(\.isNumber)).orThrow("VmRSS"),
            counts: Dictionary(names.map { ($0, 1) }, uniquingKeysWith: +))
    }

    func count(_ name: String) -> Int {
        counts[name, default: 0]
    }

    /// By how many there are more.
    func grown(since before: ProcessState) -> [String: Int] {
        counts.reduce(into: [:]) { $0[$1.key] = $1.value - before.count($1.key) }.filter { $0.value > 0 }
    }

    var description: String {
        "\(residentKilobytes) KiB resident, \(counts.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" })"
    }
}

/// `socket:[4711]` has a number of its own, `anon_inode:[eventfd]` has none.
private func withoutNumber(_ target: String) -> String {
    target.hasPrefix("/") ? target : target.filter { !$0.isNumber }
}

private func threadNames() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: "/proc/self/task").compactMap { thread in
        // One that has ended meanwhile is none.
        try? String(contentsOfFile: "/proc/self/task/\(thread)/comm", encoding: .utf8)
            .trimmingCharacters(in: .newlines)
    }
}

/// The open files of this process that lie in `folder`.
func openFiles(in folder: String) throws -> [String] {
    let handles = "/proc/self/fd"
    let targets = try FileManager.default.contentsOfDirectory(atPath: handles).compactMap { handle in
        // One that was closed meanwhile is none.
        try? FileManager.default.destinationOfSymbolicLink(atPath: handles + "/" + handle)
    }
    return targets.filter { $0.hasPrefix(folder) }
}
