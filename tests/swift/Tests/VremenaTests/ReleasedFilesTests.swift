import Foundation
import Testing
import VremenaFFI

extension Boundary {
    /// What earlier versions of the app left on phones: the frozen databases, opened by this one.
    @Suite struct ReleasedFilesTests {
        let gallery: Gallery

        init() async throws {
            gallery = try await Gallery.open()
        }

        @Test func theFilesOfSchemaTwoOpenWithEverythingThatIsInThem() async throws {
            let phone = try await phone(schema: "002")
            let member = try await phone.core.account().member().orThrow("a member")
            #expect(member.memberId == "m-1" && member.tier == "leto")
            #expect(member.joined == CalendarDate(year: 2025, month: 2, day: 3))
            #expect(try await phone.core.account().sessionState() == .expired, "the secrets are another file")

            let receipts = try await phone.receipts()
            #expect(receipts.map(\.localId) == [2, 1, 6, 5, 4, 3])
            #expect(receipts.map(\.state) == [.captured, .captured, .credited, .pending, .rejected, .credited])
            #expect(receipts.map(\.total) == [50_000, 129_900, 100_000, 250_000, 3_000, 700_000])
            #expect(receipts.map(\.receiptId) == [nil, nil, "r-6", "r-5", "r-4", "r-3"])
            #expect(receipts.map { $0.identity?.documentNumber } == [102, 101, 92, nil, 91, 90])
            #expect(receipts.map(\.wedgedReason) == ["odd-answer", nil, nil, nil, nil, nil])
            #expect(receipts[2].returnOf == "r-3" && receipts[5].returned == 100_000 && receipts[5].shop == "Бутик")

            try await expectQueue(phone, wedged: ["odd-answer", nil])
            #expect(try await phone.core.notices().list().isEmpty, "nothing was damaged")
            let support = try await phone.core.diagnostics()
            #expect(support.contains("queue: 1 registration wedged by status-451"), "the other member's, \(support)")
        }

        @Test func whatWaitedUnderSchemaTwoIsKeptUntilItsMemberIsBack() async throws {
            let phone = try await phone(schema: "002")
            guard case .alreadyKnown(let known) = try await phone.core.receipts().captureText(text: released)
            else { throw Missing(what: "the receipt that waits") }
            #expect(known.localId == 1)
            try await phone.core.outbox().retry(entryId: 4)
            let report = try await phone.drain()
            #expect(report.sent == 0 && report.remaining == 4 && report.stopped == .signInNeeded)
            #expect(try await gallery.admin.requests("POST", "/v1/receipts") == 0)
            let restarted = try await phone.restarted()
            try await expectQueue(restarted, wedged: [nil, nil])
            #expect(try await restarted.receipts().count == 6)
        }

        /// The text of the code of the fixture's first receipt.
        private let released = "t=20260313T1200&s=1299.00&fn=7380440801290534&i=101&fp=1001&n=1"

        /// The active member's four entries, of which `wedged` are the reasons of the receipts', the newest first.
        private func expectQueue(_ phone: Phone, wedged: [String?]) async throws {
            let queue = try await phone.queue()
            #expect(queue.map(\.entryId) == [3, 4, 6, 7])
            #expect(queue.map(\.kind) == ["receipt", "receipt", "registration", "cancellation"])
            #expect(queue.map(\.wedgedReason) == wedged.reversed() + [nil, nil])
            #expect(queue.allSatisfy { !$0.title.isEmpty && !$0.explanation.sentence.isEmpty })
            let warning = try await phone.core.account().deletion()
            #expect(Int(warning.unsent) == 4 && Int(warning.wedged) == wedged.compactMap { $0 }.count)
        }

        /// An app on copies of the frozen files.
        private func phone(schema: String) async throws -> Phone {
            let device = try await gallery.device()
            let frozen = URL(fileURLWithPath: try environment("VREMENA_PICTURES")).deletingLastPathComponent()
                .appendingPathComponent("db")
            try FileManager.default.createDirectory(
                atPath: device.config.directory, withIntermediateDirectories: true)
            for name in ["member", "cache"] {
                try FileManager.default.copyItem(
                    at: frozen.appendingPathComponent("\(name)-\(schema).db"), to: device.file(name + ".db"))
            }
            return try await device.open()
        }
    }
}
