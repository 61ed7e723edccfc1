import Foundation
import Testing
import VremenaFFI

extension Boundary {
    /// A damaged `member.db`: what is saved of it, and what the member is told.
    @Suite struct DamageTests {
        let gallery: Gallery

        init() async throws {
            gallery = try await Gallery.open()
        }

        @Test func aFileWithoutItsFirstPageGivesTheQueueBackAndTheMemberIsTold() async throws {
            let before = try await gallery.signedIn()
            try await before.capture(receiptText(1))
            #expect(try await before.drain().sent == 1)
            try await before.capture(receiptText(2))
            try await gallery.admin.network(faults: ["status:400"])
            try await before.drain()
            try await before.capture(receiptText(3))
            let queue = try await before.queue()
            #expect(queue.map(\.wedgedReason) == ["status-400", nil])
            try await before.core.shutDown()
            let damaged = try damage(before.device)

            let phone = try await before.device.open()
            #expect(try await phone.queue() == queue)
            #expect(try await phone.core.account().member() != nil)
            #expect(try await phone.core.account().sessionState() == .active)
            #expect(try await phone.receipts().map(\.state) == [.captured, .captured])
            let notice = try await onlyNotice(phone)
            #expect(notice.kind == .recovered && notice.intentsSaved == 2)
            #expect(abs(notice.createdAt.timeIntervalSince(storyStart)) < hours)
            #expect(notice.explanation.sentence.contains("2 ") && notice.explanation.nextStep == .scanAgain)
            #expect(notice.setAside.hasPrefix("member.db.damaged-"))
            #expect(try Data(contentsOf: phone.device.file(notice.setAside)) == damaged)

            try await phone.core.outbox().retry(entryId: queue[0].entryId)
            #expect(try await phone.drain() == DrainReport(sent: 2, remaining: 0, nextDue: nil, stopped: nil))
            _ = try await phone.core.sync().pull()
            #expect(try await phone.receipts().count == 3)
            #expect(try await gallery.admin.receipts().count == 3)
        }

        @Test func damageThatIsMetByACallFailsThatCallAndNotTheNext() async throws {
            let phone = try await gallery.signedIn()
            try await phone.capture(receiptText(1))
            let (account, queue) = (try phone.core.account(), try await phone.queue())
            try await phone.core.pause()
            try overwrite(phone.device, pagesWith: "analytics")
            try await phone.core.resume()
            do {
                _ = try await account.consents()
                throw Missing(what: "the damage")
            } catch CoreError.Storage(.damaged, let detail) {
                #expect(detail.contains("damaged"))
            }
            _ = try await account.consents()
            #expect(try await phone.queue() == queue)
            #expect(try await onlyNotice(phone).intentsSaved == 1)
            #expect(try await phone.drain().sent == 1)
        }

        @Test func aFileThatIsNoDatabaseIsSetAsideAndTheAppGoesOn() async throws {
            let device = try await gallery.device()
            let garbage = Data(repeating: 0x2a, count: 8192)
            try FileManager.default.createDirectory(
                atPath: device.config.directory, withIntermediateDirectories: true)
            try garbage.write(to: device.file("member.db"))
            let phone = try await device.open()
            let notice = try await onlyNotice(phone)
            #expect(notice.kind == .recovered && notice.intentsSaved == 0)
            #expect(try Data(contentsOf: device.file(notice.setAside)) == garbage)
            #expect(try await phone.core.account().member() == nil)
            try await gallery.signIn(phone)
            try await phone.capture(receiptText(1))
        }

        @Test func aNoticeIsObservedAndStaysUntilItIsPutAway() async throws {
            let closed = try await gallery.signedIn()
            try await closed.core.shutDown()
            _ = try damage(closed.device)
            let phone = try await closed.device.open()
            let heard = Heard<NoticesSnapshot>()
            let subscription = try phone.core.notices().observe(listener: heard)
            let told = try await heard.until("a notice") { !$0.notices.isEmpty }
            #expect(try await phone.core.notices().list() == told.notices)
            try subscription.cancel()

            let restarted = try await phone.restarted()
            let notices = try restarted.core.notices()
            #expect(try await notices.list() == told.notices, "until it is put away")
            let again = Heard<NoticesSnapshot>()
            let watching = try notices.observe(listener: again)
            try await again.until("the notice again") { $0 == told }
            for _ in 0..<2 {
                try await notices.dismiss(noticeId: told.notices[0].noticeId)
            }
            try await again.until("no notice") { $0.notices.isEmpty }
            try watching.cancel()
            #expect(try await restarted.restarted().core.notices().list().isEmpty)
        }

        /// Zeroes the first page of the closed file; what is in it now.
        private func damage(_ device: Device) throws -> Data {
            let file = device.file("member.db")
            let whole = try Data(contentsOf: file)
            let damaged = try Data(count: pageSize(whole)) + whole.dropFirst(pageSize(whole))
            try damaged.write(to: file)
            return damaged
        }

        /// Overwrites the pages of the closed file in which `text` stands, but the first, with the schema.
        private func overwrite(_ device: Device, pagesWith text: String) throws {
            let file = device.file("member.db")
            var whole = try Data(contentsOf: file)
            let size = try pageSize(whole)
            let pages = stride(from: size, to: whole.count, by: size).map { $0..<($0 + size) }
            let found = pages.filter { whole[$0].range(of: Data(text.utf8)) != nil }
            #expect(!found.isEmpty && found.count < pages.count)
            for page in found {
                whole.replaceSubrange(page, with: Data(repeating: 0xff, count: size))
            }
            try whole.write(to: file)
        }

        /// As the file's header says.
        private func pageSize(_ file: Data) throws -> Int {
            let size = Int(file[16]) << 8 | Int(file[17])
            guard size >= 512 && file.count > size else { throw Missing(what: "a database of several pages") }
            return size
        }

        private func onlyNotice(_ phone: Phone) async throws -> Notice {
            let notices = try await phone.core.notices().list()
            guard notices.count == 1 else { throw Missing(what: "the only notice: \(notices)") }
            return notices[0]
        }
    }
}
