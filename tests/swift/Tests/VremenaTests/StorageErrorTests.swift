import Foundation
import Testing
import VremenaFFI

extension Boundary {
    /// What the phone's storage makes a call end in.
    @Suite struct StorageErrorTests {
        let gallery: Gallery

        init() async throws {
            gallery = try await Gallery.open()
        }

        @Test func aFileOfANewerAppIsRefusedAndLeftUntouched() async throws {
            let phone = try await gallery.signedIn()
            try await phone.capture(receiptText(1))
            try await phone.core.shutDown()
            let file = phone.device.file("member.db")
            let ours = try Data(contentsOf: file)
            // `user_version`: four bytes, the most significant first, at the 60th byte of an SQLite file.
            let newer = ours.prefix(60) + Data([0, 0, 0x0f, 0xa0]) + ours.dropFirst(64)
            try newer.write(to: file)
            #expect(await fault { try await phone.device.open() } == .newer)
            #expect(try Data(contentsOf: file) == newer)

            try ours.write(to: file)
            let reopened = try await phone.device.open()
            #expect(try await reopened.onlyReceipt().state == .captured)
        }

        @Test func aFolderThatIsAFileIsUnavailable() async throws {
            let device = try await gallery.device()
            try Data("a file".utf8).write(to: URL(fileURLWithPath: device.config.directory))
            #expect(await fault { try await device.open() } == .unavailable)
        }

        @Test func aFullDiskCapturesNothingAndLosesNothing() async throws {
            let disk = try SmallDisk(kilobytes: 768)
            let phone = try await device(on: disk).open()
            try await gallery.signIn(phone)
            var captured = 0
            let fault = await fault {
                while captured < 1_000 {
                    try await phone.capture(receiptText(captured + 1))
                    captured += 1
                }
            }
            #expect(fault == .full)
            #expect(captured > 0)
            #expect(try await phone.receipts().count == min(captured, 200))
            try disk.remount("size=4096k")
            try await phone.capture(receiptText(captured + 1))
            #expect(try await phone.core.outbox().page(after: 0, limit: 200).count == min(captured + 1, 200))
            try await phone.core.shutDown()
        }

        @Test func aNewAppOnADiskThatCanOnlyBeReadIsReadOnly() async throws {
            let disk = try SmallDisk(kilobytes: 4096)
            try disk.remount("ro")
            let device = try await device(on: disk)
            #expect(await fault { try await device.open() } == .readOnly)
            try disk.remount("rw")
            let phone = try await device.open()
            try await phone.core.shutDown()
        }

        @Test func theFilesOfAnAppOnADiskThatCanOnlyBeReadAreReadOnly() async throws {
            let disk = try SmallDisk(kilobytes: 4096)
            let phone = try await device(on: disk).open()
            try await phone.core.shutDown()
            try disk.remount("ro")
            #expect(await fault { try await phone.device.open() } == .readOnly)
        }

        @Test func filesThatCannotBeOpenedAgainFailTheResumeAndTheNextOneMayWork() async throws {
            let phone = try await gallery.signedIn()
            try await phone.core.pause()
            let (there, away) = (phone.device.config.directory, phone.device.folder.file("away"))
            try FileManager.default.moveItem(atPath: there, toPath: away)
            #expect(await fault { try await phone.core.resume() } == .unavailable)
            try FileManager.default.moveItem(atPath: away, toPath: there)
            try await phone.core.resume()
            try await phone.capture(receiptText(1))
        }

        private func device(on disk: SmallDisk) async throws -> Device {
            try await gallery.device().with(directory: disk.path + "/app")
        }

        private func fault<Result>(_ call: () async throws -> Result) async -> StorageFault? {
            do {
                _ = try await call()
                return nil
            } catch CoreError.Storage(let fault, let detail) {
                #expect(!detail.isEmpty && !detail.contains("/"), "\(detail)")
                return fault
            } catch {
                Issue.record(error)
                return nil
            }
        }
    }
}
