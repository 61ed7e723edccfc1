import Foundation

/// A disk of its own, as small as a test wants it. It is gone with its last owner.
final class SmallDisk: Sendable {
    let path: String
    private let folder: Folder

    init(kilobytes: Int) throws {
        folder = try Folder()
        path = folder.path
        try SmallDisk.run("mount", "-t", "tmpfs", "-o", "size=\(kilobytes)k", "tmpfs", path)
    }

    deinit {
        // Lazily: after a test that failed, the app may still hold files on it.
        try? SmallDisk.run("umount", "--lazy", path)
    }

    /// Changes its size, or makes it one that can only be read.
    func remount(_ options: String) throws {
        try SmallDisk.run("mount", "-o", "remount,\(options)", path)
    }

    private static func run(_ arguments: String...) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = arguments
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw Missing(what: arguments.joined(separator: " ")) }
    }
}
