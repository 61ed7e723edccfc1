import Foundation

/// The pixels of a PNG of 8-bit grey. Foundation decodes no pictures everywhere, so that this does, with the zlib that
/// Foundation's own networking is built on.
struct GrayPng {
    let width: Int
    let height: Int
    private(set) var pixels: [UInt8]

    init(_ file: Data) throws {
        let bytes = [UInt8](file)
        func number(_ at: Int) -> Int {
            bytes[at..<at + 4].reduce(0) { $0 << 8 | Int($1) }
        }
        // Bit depth 8, grey, not interlaced.
        guard bytes.count > 33, Array(bytes[24...28]) == [8, 0, 0, 0, 0] else { throw Missing(what: "a grey PNG") }
        width = number(16)
        height = number(20)
        var (packed, chunk) = ([UInt8](), 8)
        while chunk + 8 <= bytes.count {
            let (length, body) = (number(chunk), chunk + 8)
            if bytes[chunk + 4..<body].elementsEqual("IDAT".utf8) {
                packed += bytes[body..<body + length]
            }
            chunk = body + length + 4
        }
        let rows = try inflated(packed, to: height * (width + 1))
        pixels = [UInt8](repeating: 0, count: width * height)
        for y in 0..<height {
            let row = y * (width + 1)
            for x in 0..<width {
                let left = x > 0 ? Int(pixels[y * width + x - 1]) : 0
                let above = y > 0 ? Int(pixels[(y - 1) * width + x]) : 0
                let corner = x > 0 && y > 0 ? Int(pixels[(y - 1) * width + x - 1]) : 0
                let predicted = predicted(rows[row], left, above, corner)
                pixels[y * width + x] = rows[row + 1 + x] &+ UInt8(truncatingIfNeeded: predicted)
            }
        }
    }
}

private func predicted(_ filter: UInt8, _ left: Int, _ above: Int, _ corner: Int) -> Int {
    switch filter {
    case 1: return left
    case 2: return above
    case 3: return (left + above) / 2
    case 4:
        let estimate = left + above - corner
        let nearest = min(abs(estimate - left), abs(estimate - above), abs(estimate - corner))
        if nearest == abs(estimate - left) { return left }
        return nearest == abs(estimate - above) ? above : corner
    default: return 0
    }
}

private func inflated(_ packed: [UInt8], to size: Int) throws -> [UInt8] {
    typealias Uncompress =
        @convention(c) (UnsafeMutablePointer<UInt8>, UnsafeMutablePointer<UInt>, UnsafePointer<UInt8>, UInt) -> Int32
    let zlib = try dlopen("libz.so.1", RTLD_NOW).orThrow("zlib")
    let uncompress = unsafeBitCast(try dlsym(zlib, "uncompress").orThrow("uncompress"), to: Uncompress.self)
    var (plain, length) = ([UInt8](repeating: 0, count: size), UInt(size))
    guard uncompress(&plain, &length, packed, UInt(packed.count)) == 0, length == size else {
        throw Missing(what: "whole rows")
    }
    return plain
}
