import Foundation
import Testing
import VremenaFFI

extension Boundary {
    @Suite struct ScannerTests {
        let gallery: Gallery
        let phone: Phone

        init() async throws {
            gallery = try await Gallery.open()
            phone = try await gallery.signedIn()
        }

        @Test func aPictureShowsCodesOrSaysWhyItDoesNot() throws {
            let scanner = try phone.core.scanner()
            guard
                case .codes(let codes, let best) = try scanner.picture(
                    bytes: Picture.named("11-not-a-receipt.jpg").bytes())
            else { throw Missing(what: "a code") }
            #expect(codes[Int(best)].text == "https://vremenagoda.example/menu")
            #expect(codes[Int(best)].corners.count == 4)
            guard case .notAReceipt(let reason, let explanation) = codes[Int(best)].content
            else { throw Missing(what: "a code that is no receipt") }
            #expect(reason == "not_a_receipt" && explanation.nextStep == .scanPaperReceipt)

            guard case .noCode(_, _, let explanation) = try scanner.picture(bytes: Picture.named("12-no-code.jpg").bytes())
            else { throw Missing(what: "a picture without a code") }
            #expect(explanation.nextStep == .scanAgain)

            for (bytes, expected) in [
                (try Picture.named("17-broken.jpg").bytes(), "truncated"), (Data(), "empty"),
                (Data("no picture".utf8), "not_a_picture"),
            ] {
                guard case .noPicture(let reason, let explanation) = try scanner.picture(bytes: bytes)
                else { throw Missing(what: "no picture: \(expected)") }
                #expect(reason == expected)
                #expect(explanation.nextStep == .chooseAnotherPicture)
            }
        }

        @Test func aPartOfALargerBufferIsReadAsThatPart() throws {
            let picture = try Picture.named("01-dress.jpg")
            let around = Data("before".utf8) + (try picture.bytes()) + Data("after".utf8)
            let part = around.dropFirst(6).dropLast(5)
            guard case .codes(let codes, let best) = try phone.core.scanner().picture(bytes: part)
            else { throw Missing(what: "a code") }
            #expect(codes[Int(best)].text == picture.text)
        }

        @Test func theCardIsReadBackFromTheScreenOnceUntilItIsForgotten() async throws {
            let card = try await phone.core.wallet().card().orThrow("a card")
            let frame = Frame(showing: try card.code.orThrow("a code"))
            let live = try phone.core.scanner().live()
            let first = try live.look(at: frame)
            #expect(first.fresh == 0)
            #expect(first.codes.map(\.text) == ["VG1*\(card.number)*\(card.tier)"])
            guard case .notAReceipt = first.codes[0].content else { throw Missing(what: "a code that is no receipt") }
            let held = try live.look(at: frame)
            #expect(held.fresh == nil && held.codes == first.codes)
            try live.forget()
            #expect(try live.look(at: frame).fresh == 0)
        }

        @Test func cornersAreThoseOfTheFrameTurnedUpright() async throws {
            let code = try await phone.core.wallet().card().orThrow("a card").code.orThrow("a code")
            let frame = Frame(showing: code)
            let side = Float(frame.width)
            func topLeft(_ rotation: Rotation) throws -> PicturePoint {
                try phone.core.scanner().live().look(at: frame, rotation: rotation).codes[0].corners[0]
            }
            let upright = try topLeft(.none)
            for (rotation, x, y) in [
                (Rotation.quarter, side - upright.y, upright.x), (.half, side - upright.x, side - upright.y),
                (.threeQuarters, upright.y, side - upright.x),
            ] {
                let turned = try topLeft(rotation)
                #expect(abs(turned.x - x) < 1 && abs(turned.y - y) < 1, "\(rotation)")
            }
        }

        @Test func aFrameThatIsDarkIsAnsweredWithAdvice() throws {
            let dark = Frame(width: 320, height: 240) { _, _ in 2 }
            let camera = try phone.core.scanner().live()
            // What a single frame shows is not told yet.
            #expect(try camera.look(at: dark).advice == nil)
            for _ in 0..<6 { _ = try camera.look(at: dark) }
            let outcome = try camera.look(at: dark)
            #expect(outcome.codes.isEmpty && outcome.fresh == nil)
            #expect(outcome.advice == .tooDark && outcome.adviceAt == nil)
        }
    }
}
