import Foundation
import VremenaFFI

/// A camera's frame: luminance, with rows that are longer than the picture is wide, as cameras make them.
struct Frame {
    let width: Int
    let height: Int
    let stride: Int
    let luma: Data

    init(width: Int, height: Int, pixel: (_ x: Int, _ y: Int) -> UInt8) {
        self.width = width
        self.height = height
        stride = width + 24
        var luma = [UInt8](repeating: 0x7f, count: stride * height)
        for y in 0..<height {
            for x in 0..<width {
                luma[y * stride + x] = pixel(x, y)
            }
        }
        self.luma = Data(luma)
    }

    /// A code as it is shown at the till, with its margin of white.
    init(showing code: QrMatrix) {
        let (module, margin, size) = (8, 4, Int(code.size))
        let side = (size + 2 * margin) * module
        self.init(width: side, height: side) { x, y in
            let (column, row) = (x / module - margin, y / module - margin)
            let inside = (0..<size).contains(column) && (0..<size).contains(row)
            return inside && code.modules[row * size + column] ? 0 : 255
        }
    }

    /// A committed photograph held before the camera.
    init(showing picture: Picture) throws {
        let picture = try GrayPng(picture.bytes())
        self.init(width: picture.width, height: picture.height) { x, y in picture.pixels[y * picture.width + x] }
    }
}

extension LiveScanner {
    func look(at frame: Frame, rotation: Rotation = .none) throws -> FrameOutcome {
        try self.frame(
            luma: frame.luma, width: UInt32(frame.width), height: UInt32(frame.height), stride: UInt32(frame.stride),
            rotation: rotation)
    }
}
