import Foundation
import VremenaFFI

/// What a port or a listener throws in every call for as long as it is there.
typealias Fault = Locked<(any Error & Sendable)?>

/// A clock that starts at the story's beginning, runs on with the machine's, and can be moved.
final class StoryClock: VremenaFFI.Clock {
    let fault = Fault(nil)
    private let ahead: Locked<TimeInterval>

    init(startingAt start: Date = storyStart) {
        ahead = Locked(start.timeIntervalSinceNow)
    }

    func advance(_ time: TimeInterval) {
        ahead.change { $0 += time }
    }

    func now() throws -> Instant {
        if let fault = fault.get() { throw fault }
        return Date(timeIntervalSinceNow: ahead.get())
    }
}

/// Secrets as files of a folder.
final class SecretFolder: SecureStore {
    let fault = Fault(nil)
    /// Thrown by `save` alone.
    let saving = Fault(nil)
    /// Thrown by `remove` alone.
    let removing = Fault(nil)
    private let folder: String

    init(_ folder: String) throws {
        self.folder = folder
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }

    func load(key: String) throws -> Data? {
        let file = try file(key)
        return FileManager.default.fileExists(atPath: file.path) ? try Data(contentsOf: file) : nil
    }

    func save(key: String, value: Data) throws {
        if let fault = saving.get() { throw fault }
        try value.write(to: file(key), options: .atomic)
    }

    func remove(key: String) throws {
        if let fault = removing.get() { throw fault }
        let file = try file(key)
        if FileManager.default.fileExists(atPath: file.path) {
            try FileManager.default.removeItem(at: file)
        }
    }

    private func file(_ key: String) throws -> URL {
        if let fault = fault.get() { throw fault }
        return URL(fileURLWithPath: folder).appendingPathComponent(key)
    }
}

/// A network that is always worth trying, or, switched off, never.
final class NetworkSwitch: Connectivity {
    let fault = Fault(nil)
    let online = Locked(true)

    func isOnline() throws -> Bool {
        if let fault = fault.get() { throw fault }
        return online.get()
    }
}

/// The log in memory.
final class LogLines: LogSink {
    let fault = Fault(nil)
    private let kept = Locked<[LogRecord]>([])

    var records: [LogRecord] {
        kept.get()
    }

    var lines: [String] {
        records.map { "\($0.level) \($0.target): \($0.message)" }
    }

    func forget() {
        kept.set([])
    }

    func log(record: LogRecord) throws {
        if let fault = fault.get() { throw fault }
        kept.change { $0.append(record) }
    }
}

/// What no port and no listener declares; its text is nobody's business.
struct Undeclared: Error {
    let quotes = "4276 of nobody's business"
}
