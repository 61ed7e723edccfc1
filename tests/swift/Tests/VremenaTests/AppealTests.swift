import Foundation
import Testing
import VremenaFFI

extension Boundary {
    /// A receipt that the gallery is asked to look at again.
    @Suite struct AppealTests {
        @Test func anAppealMadeOfflineArrivesWithItsPhotographsAndItsAnswerComesBack() async throws {
            let gallery = try await Gallery.open()
            let phone = try await gallery.signedIn()
            let appeals = try phone.core.appeals()
            let receipt = try await rejected(phone, gallery)
            #expect(receipt.explanation.nextStep == .appeal)
            let frame = CapturedPicture.frame(
                luma: Data(repeating: 90, count: 64 * 48), width: 64, height: 48, stride: 64, rotation: .quarter)
            #expect(try await appeals.keepPicture(localId: receipt.localId, picture: frame))
            let draft = try await appeals.draft(localId: receipt.localId)
            #expect(draft.refusal == nil && draft.hasPicture && draft.traceId != nil)
            #expect(draft.requisites.contains("7380440801290534"))

            try await gallery.admin.network(listening: false)
            let photograph = try Picture.named("01-dress.jpg").bytes()
            let words = NewAppeal(comment: "Чек ваш.", photographs: [photograph], withPicture: true)
            let submission = try await appeals.submit(localId: receipt.localId, appeal: words)
            guard case .queued(let waiting) = submission else { throw Missing(what: "an appeal in the queue") }
            #expect(waiting.state == .waiting && waiting.photographsWaiting == 2)
            try await gallery.admin.network()
            for _ in 0..<20 where try await phone.drain().remaining > 0 {}
            let open = try await appeals.list().first.orThrow("an appeal")
            #expect(open.state == .open && open.photographsWaiting == 0)

            try await gallery.timePasses(120, for: phone.device)
            _ = try await gallery.admin.call(
                "POST", "appeals/\(waiting.appealId)/answer", ["state": "accepted", "answer": "Вы правы."])
            _ = try await phone.core.sync().pull()
            let heard = Heard<AppealsSnapshot>()
            let subscription = try appeals.observe(listener: heard)
            let told = try await heard.until("the answer") { $0.appeals.first?.state == .accepted }.appeals[0]
            #expect(told.answer == "Вы правы." && told.localId == receipt.localId)
            let counted = try await phone.onlyReceipt()
            #expect(counted.state == .credited && counted.appeal == .accepted)
            let printed: [Any] = [told, words, draft, frame, submission]
            for value in printed {
                for text in ["\(value)", String(reflecting: value)] {
                    #expect(!text.contains("ваш") && !text.contains("правы") && !text.contains("7380440801290534"))
                }
            }
            try subscription.cancel()
            try await phone.core.shutDown()
        }

        @Test func whatCannotBeAnAppealIsRefusedWithItsReasonAndNothingIsKept() async throws {
            let gallery = try await Gallery.open()
            let phone = try await gallery.signedIn()
            let appeals = try phone.core.appeals()
            let receipt = try await rejected(phone, gallery)
            let captured = try await phone.capture(receiptText(2))
            func refused(_ id: Int64, _ appeal: NewAppeal) async throws -> AppealRefusal {
                guard case .notAccepted(let refusal) = try await appeals.submit(localId: id, appeal: appeal) else {
                    throw Missing(what: "a refusal")
                }
                return refusal
            }
            let photograph = try Picture.named("06-scarf.png").bytes()
            let long = NewAppeal(comment: String(repeating: "ё", count: 1_001))
            let many = NewAppeal(comment: "", photographs: Array(repeating: photograph, count: 4))
            #expect(try await refused(captured.localId, NewAppeal(comment: "")).reason == "not-decided")
            #expect(try await refused(receipt.localId, long).reason == "comment-too-long")
            #expect(try await refused(receipt.localId, many).reason == "too-many-photographs")
            let unreadable = try await refused(
                receipt.localId, NewAppeal(comment: "", photographs: [photograph, Data("text".utf8)]))
            #expect(unreadable.reason == "photograph" && unreadable.photograph == 1)
            #expect(unreadable.explanation.nextStep == .chooseAnotherPicture)
            #expect(try await appeals.list() == [])
            let text = CapturedPicture.file(bytes: Data("text".utf8))
            #expect(try await appeals.keepPicture(localId: receipt.localId, picture: text) == false)
            await #expect(throws: CoreError.NotFound) { try await appeals.draft(localId: 99) }

            _ = try await appeals.submit(localId: receipt.localId, appeal: NewAppeal(comment: ""))
            #expect(try await refused(receipt.localId, NewAppeal(comment: "")).reason == "appeal-open")
            #expect(try await appeals.draft(localId: receipt.localId).refusal?.reason == "appeal-open")
            try await phone.core.shutDown()
        }

        @Test func nobodyAppealsWhileNobodyIsSignedInOrWhileTheAppIsPaused() async throws {
            let gallery = try await Gallery.open()
            let phone = try await gallery.signedIn()
            let appeals = try phone.core.appeals()
            let id = try await rejected(phone, gallery).localId
            try await phone.core.pause()
            await #expect(throws: CoreError.Paused) {
                try await appeals.submit(localId: id, appeal: NewAppeal(comment: ""))
            }
            await #expect(throws: CoreError.Paused) { try await appeals.list() }
            try await phone.core.resume()
            try await phone.core.account().signOut()
            await #expect(throws: CoreError.SignInNeeded) { try await appeals.draft(localId: id) }
            #expect(try await appeals.list() == [])
            try await phone.core.shutDown()
        }

        private func rejected(_ phone: Phone, _ gallery: Gallery) async throws -> Receipt {
            _ = try await phone.capture(receiptText(1))
            _ = try await phone.drain()
            let listed = try await gallery.admin.receipts().first.orThrow("the receipt at the gallery")
            let registered = try listed["receipt_id"].text.orThrow("its id")
            _ = try await gallery.admin.call(
                "POST", "receipts/\(registered)/verdict", ["state": "rejected", "reason": "data_differ"])
            _ = try await phone.core.sync().pull()
            return try await phone.onlyReceipt()
        }
    }
}
