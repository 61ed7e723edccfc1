import Foundation

/// What the operating system says of this process.
struct ProcessState: CustomStringConvertible {
    let residentKilobytes: Int
    let threads: Int
    let handles: Int

    static func now() throws -> ProcessState {
        let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
        func number(_ name: String) throws -> Int {
            let line = try status.split(separator: "\n").first { $0.hasPrefix(name + ":") }.orThrow(name)
            return try Int(line.filter(\.isNumber)).orThrow(name)
        }
        return ProcessState(
            residentKilobytes: try number("VmRSS"), threads: try number("Threads"),
            handles: try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count)
    }

    var description: String {
        "\(residentKilobytes) KiB resident, \(threads) threads, \(handles) handles"
    }
}

/// The names of this process's threads and what its handles lead to: what a leak is told by.
func openThings() throws -> String {
    let threads = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/task").compactMap { thread in
        try? String(contentsOfFile: "/proc/self/task/\(thread)/comm", encoding: .utf8).split(separator: "\n").first
    }
    return "\(threads.sorted()) \(try openFiles(in: "").sorted())"
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
