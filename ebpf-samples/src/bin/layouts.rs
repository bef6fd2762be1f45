//! Has a BPF program write a known value into every member of every hard layout, and
//! prints some of them through the generated types.

use ebpf_samples::layouts::bpf as layouts;
use mapgen_runtime::libbpf_rs::ProgramInput;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let loaded = layouts::open()?.load()?;
    let input = ProgramInput {
        data_in: Some(&[0; 64]),
        ..ProgramInput::default()
    };
    loaded.programs().fill.test_run(input)?;
    println!("{} maps filled", loaded.bss().filled_maps.load());

    println!("packed:     {:#x?}", loaded.maps.m_packed.get(0)?);
    println!("bit-fields: {:#x?}", loaded.maps.m_bits_signed.get(0)?);
    println!("enums:      {:#?}", loaded.maps.m_enums.get(0)?);
    println!("text:       {:#?}", loaded.maps.m_text.get(0)?);
    println!("unions:     {:#x?}", loaded.maps.m_unions.get(0)?);
    Ok(())
}
