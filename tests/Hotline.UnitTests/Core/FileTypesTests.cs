using System.Text;
using FsCheck.Fluent;
using Hotline.Hosting;

namespace Hotline.UnitTests.Core;

public sealed class FileTypesTests
{
    [Theory]
    [InlineData("FFD8FFE000104A464946", "image/jpeg")]
    [InlineData("89504E470D0A1A0A0000000D", "image/png")]
    [InlineData("474946383961", "image/gif")]
    [InlineData("474946383761", "image/gif")]
    [InlineData("52494646AABBCCDD57454250", "image/webp")]
    [InlineData("255044462D312E37", "application/pdf")]
    [InlineData("2321414D520A", "audio/amr")]
    [InlineData("494433040000", "audio/mpeg")]
    [InlineData("0000001866747970686569630000", "image/heic")]
    [InlineData("00000018667479706D6966310000", "image/heic")]
    [InlineData("00000018667479706D7366310000", "image/heic")]
    [InlineData("000000186674797061766966", "image/avif")]
    [InlineData("49492A0008000000", "image/tiff")]
    [InlineData("4D4D002A00000008", "image/tiff")]
    [InlineData("000000186674797069736F6D0000", "video/mp4")]
    [InlineData("00000018667479706D7034320000", "video/mp4")]
    [InlineData("00000018667479704D3441200000", "audio/mp4")]
    public void Kinds_we_take_are_known_by_their_first_bytes(string hex, string mediaType) =>
        Assert.Equal((mediaType, null), FileTypes.Sniff(Convert.FromHexString(hex)));

    [Theory]
    [InlineData("")]
    [InlineData("<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"alert(1)\"/>")]
    [InlineData("<!DOCTYPE html><script>alert(1)</script>")]
    [InlineData("\uFEFF<?xml version=\"1.0\"?>")]
    [InlineData("PK\u0003\u0004")]
    [InlineData("MZ\u0090")]
    [InlineData("#!/bin/sh\nrm -rf /")]
    [InlineData("\u007FELF")]
    [InlineData("RIFF....WAVE")]
    [InlineData("....ftyp")]
    [InlineData("....ftypqt  ")]
    [InlineData(" %PDF-1.7")]
    public void Everything_else_is_refused_with_what_to_use_instead(string content)
    {
        var (mediaType, refused) = FileTypes.Sniff(Encoding.UTF8.GetBytes(content));
        Assert.Equal(FileTypes.Unknown, mediaType);
        Assert.Contains("JPEG", refused, StringComparison.Ordinal);
    }

    [Fact]
    public void No_bytes_make_it_throw() => Fuzz.Holds(
        Gen.Choose(0, 255).Select(value => (byte)value).ArrayOf(),
        bytes => FileTypes.Sniff(bytes) is var (type, refused) && (type == FileTypes.Unknown) == (refused is not null));
}
